"""Which recordings and turns filters and the fields of a query mean."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.library import filters as sql
from pipeline.library.filing import Filed
from pipeline.library.filters import Condition, Scope, spellings
from pipeline.library.naming import Named

if TYPE_CHECKING:
    from pipeline.library.filters import Filters
    from pipeline.query.asked import Field
    from pipeline.recording import Recording

ROLES = ("interviewer", "customer", "other")
DATES = {"after": ">=", "before": "<="}
LABELS = {  # as spaCy's English models name them
    *("PERSON", "NORP", "FAC", "ORG", "GPE", "LOC", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW"),
    *("LANGUAGE", "DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"),
}


class Narrowing(Filed, Named):
    """What filters mean in a library."""

    def find(self, name: str) -> Recording:
        """Return the recording meant by the start of an id, a title or a file name."""
        raise NotImplementedError

    def _of_recordings(self, filters: Filters) -> Condition:
        """Return the condition on recordings; raises NotFound for a name nothing goes by."""
        return self._scope(filters).recordings

    def _of_turns(self, filters: Filters) -> Condition:
        """Return the condition on recordings and turns; raises NotFound as `_of_recordings`."""
        scope = self._scope(filters)
        return scope.recordings & scope.turns

    def _scope(self, filters: Filters) -> Scope:
        """Return where filters say to look; raises NotFound for a name nothing goes by."""
        one = Condition().where("recording.id = {0}", filters.recording)
        scope = Scope(one, beside=one)
        by_name = sorted(filters.asked(), key=lambda field: (field.name, field.without))
        for (name, without), fields in groupby(by_name, lambda each: (each.name, each.without)):
            meant = [self._meant(field) for field in fields]
            recordings = [each.recordings for each in meant]
            turns = [each.turns for each in meant]
            if name in DATES:
                found = _all(recordings), _all(turns)
            elif without:
                found = _left_out(recordings, turns)
            else:
                found = _all(recordings).either(), _all(turns).either()
            scope &= Scope(*found, beside=Condition() if found[1] else found[0])
        return scope

    def _meant(self, field: Field) -> Scope:
        """Return where a field says to look, as if it were not `without`."""
        name, value = field.name, field.value
        match name:
            case "after" | "before":
                day = f"substr(recording.recorded_at, 1, 10) {DATES[name]} {{0}}"
                return Scope(Condition().where(day, value))
            case "in":
                return Scope(Condition().where("recording.id = {0}", self.find(value).id))
            case "project" | "tag" | "participant":
                return Scope(self._filed(name, value))
            case _:
                return self._said(name, value)

    def _said(self, name: str, value: str) -> Scope:
        match name:
            case "speaker":
                names = spellings("speaker", value, self.known_speakers())
                return _of_both(sql.SPEAKS, sql.SAID_BY, names)
            case "role":
                return _of_both(sql.IN_ROLE, sql.SAID_IN_ROLE, (_role(value),))
            case "entity":
                return self._naming(value)
            case _:
                return _asking(value)

    def _filed(self, kind: str, name: str) -> Condition:
        clause, known = {
            "project": ("recording.project IN ({0})", self.known_projects),
            "tag": (sql.TAGGED, self.known_tags),
            "participant": (sql.TOOK_PART, self.known_participants),
        }[kind]
        return Condition().among(clause, spellings(kind, name, known()))

    def _naming(self, value: str) -> Scope:
        """Return where an entity is named: NAME, LABEL or LABEL:NAME."""
        label, name = label_and_name(value)
        if not name:
            return _of_both(sql.HAS_LABEL, sql.LABEL_IN, (label,))
        also = f" AND label = '{label}'" if label else ""
        names = self.entity_names(name)
        recording, turn = (each.replace("{1}", also) for each in (sql.NAMES, sql.NAMED_IN))
        return _of_both(recording, turn, names)


def label_and_name(value: str) -> tuple[str, str]:
    """Return the label and the name that `entity:` asks for; "" for what it does not."""
    label, mark, name = value.partition(":")
    if label.upper() in LABELS and (not mark or name.strip()):
        return label.upper(), name.strip()
    return "", value


def _of_both(recording: str, turn: str, values: tuple[str, ...]) -> Scope:
    return Scope(Condition().among(recording, values), Condition().among(turn, values))


def _left_out(recordings: list[Condition], turns: list[Condition]) -> tuple[Condition, Condition]:
    """Return what leaves out turns; where nothing is said of turns, recordings."""
    if any(turns):
        return Condition(), _all(turns).none_of()
    return _all(recordings).none_of(), Condition()


def _all(conditions: list[Condition]) -> Condition:
    together = Condition()
    for each in conditions:
        together &= each
    return together


def _role(value: str) -> str:
    role = value.strip().casefold()
    if role not in ROLES:
        raise UsageError(f"{value!r} is no role. Write role:{', role:'.join(ROLES)}.")
    return role


def _asking(value: str) -> Scope:
    clause = {"question": sql.ASKED_IN, "answer": sql.ANSWERED_IN}.get(value.strip().casefold())
    if clause is None:
        raise UsageError(f"is:{value} cannot be asked for. Write is:question or is:answer.")
    return _of_both(sql.ASKS, clause, ())
