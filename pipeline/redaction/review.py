"""The names of a project as they are reviewed: found, proposed, decided on."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import NotFound, UsageError
from pipeline.filing import folded, nearest, unknown
from pipeline.pseudonyms import (
    Candidate,
    Kind,
    Pseudonym,
    Said,
    is_nobody,
    kind_told,
    names_in_title,
    names_noted,
    of_hand,
    renamed,
)
from pipeline.redaction.proposing import accepted, candidates, next_free

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from pipeline.library import Library

MOST_NAMED = 4  # names that a message lists
MOST_NEAR = 1  # names that one may be a slip for
COLUMNS = ("name", "kind", "pseudonym", "decided", "mentions")


def reviewed(library: Library, project: str | None) -> tuple[Candidate, ...]:
    """Return the names of a project, what is proposed for each, and what is decided."""
    from pipeline.redaction.misheard import spelling_of

    with library.at_one_moment():
        said = tuple(_said(library, project))
        return candidates(said, library.pseudonyms(project), spelling_of)


def _said(library: Library, project: str | None) -> Iterator[Said]:
    """Yield where names are said, then those that titles, files and the project are called by."""
    members = library.recordings_of(project)
    yield from library.names_said(members)
    small = library.words_said_small(members)
    recordings = [each for identity in members if (each := library.get(identity))]
    for recording in recordings:
        written = (recording.title, recording.path.stem, *(t.file for t in recording.tracks))
        words = (word for title in dict.fromkeys(written) for word in names_in_title(title, small))
        for word in dict.fromkeys(word for word in words if not is_nobody(word)):
            yield Said(word, "", recording.id)
        yield from _noted(library, recording.id, small)
    for word in names_in_title(project or "", small):
        yield Said(word, "", members[0] if members else "")


def _noted(library: Library, identity: str, small: frozenset[str]) -> Iterator[Said]:
    """Yield the names in what a person wrote of a recording: tags, notes, what voices were called.

    A voice keeps the name that it had first, and formats that can be read back have that, too.
    """
    marks = library.highlights(identity)
    written = (*library.tags(identity), *(tag for each in marks for tag in each.tags))
    notes = (*written, *(each.note for each in marks))
    for word in dict.fromkeys(word for note in notes for word in names_noted(note, small)):
        yield Said(word, "", identity)
    for label in dict.fromkeys(each.speaker for each in library.spans(identity)):
        if not is_nobody(label):
            yield Said(label, "PERSON", identity)


def check_decided(project: str | None, found: Sequence[Candidate]) -> None:
    """Raise UsageError while nobody has decided on some names."""
    left = [each.name for each in found if not each.decided]
    if not left:
        return
    listed = ", ".join(left[:MOST_NAMED])
    more = f" and {len(left) - MOST_NAMED} more" if len(left) > MOST_NAMED else ""
    many = "a name" if len(left) == 1 else f"{len(left)} names"
    raise UsageError(
        f"nobody has decided yet on {many} of {called(project)}: {listed}{more}. Look at the list, "
        f"then accept or change it: {command(project)}"
    )


def called(project: str | None) -> str:
    """Return what a project is called in a sentence."""
    return f"the project {project}" if project else "the recordings in no project"


def command(project: str | None) -> str:
    """Return the command that shows a project's list."""
    quoted = f'"{project}"' if project and re.search(r"\s", project) else project
    return f"relisten pseudonyms --project {quoted}" if project else "relisten pseudonyms"


def check_project(library: Library, project: str | None) -> None:
    """Raise NotFound for a project that no recording is in."""
    if project is not None and not library.recordings_of(project):
        raise NotFound(unknown("project", project, library.known_projects()))


def check_members(library: Library, project: str | None) -> None:
    """Raise UsageError where no project was named, and all recordings are in one."""
    known = sorted(library.known_projects(), key=lambda each: -each.recordings)
    if project is None and known and not library.recordings_of(None):
        shown = ", ".join(each.name for each in known[:MOST_NAMED])
        raise UsageError(
            f"every recording is in a project ({shown}). Say whose names: {command(known[0].name)}"
        )


def meant(found: Iterable[Candidate], name: str) -> Candidate | None:
    """Return the name of a list that a typed one is; None where it has none."""
    return next((each for each in found if folded(each.name) == folded(name)), None)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of a name, and what follows.

    others : who had that pseudonym in the list, or was to have it: they are one with it now.
    instead : what it could be called as nobody else is.
    listed : whether the list had the name; if not, `near` are names there that are like it.
    """

    kept: Pseudonym
    others: tuple[Candidate, ...]
    instead: str
    listed: bool
    near: tuple[str, ...]


def decide(
    library: Library, project: str | None, wanted: Sequence[tuple[str, str]]
) -> tuple[Decision, ...]:
    """Keep what names are to be called, or with an empty pseudonym that they stay.

    All that is wanted refers to the list as it stands before: whoever is to have one of these
    pseudonyms there is decided to it, too. A name that is not in the list is added. Raises
    UsageError for what is no pseudonym; then nothing is kept.
    """
    for name, pseudonym in wanted:
        check_pseudonym(name, pseudonym)
    found = reviewed(library, project)
    named = frozenset(folded(name) for name, _ in wanted)
    taken = {folded(each.proposed) for each in found}
    made = []
    for name, pseudonym in wanted:
        made.append(_decision(found, (name, pseudonym), named, taken))
        taken.add(folded(made[-1].instead))
    chosen = [
        renamed(other, each.kept.pseudonym)
        for each in made
        for other in each.others
        if not other.decided
    ]
    library.set_pseudonyms(project, [*chosen, *(each.kept for each in made)])
    return tuple(made)


def _decision(
    found: Sequence[Candidate],
    wanted: tuple[str, str],
    named: AbstractSet[str],
    taken: AbstractSet[str],
) -> Decision:
    name, pseudonym = wanted
    known = meant(found, name)
    same = [each for each in found if folded(each.proposed) == folded(pseudonym)]
    written = same[0].proposed if same else pseudonym  # whoever writes p01 means P01
    kept = renamed(known, written) if known else of_hand(name, written)
    new = bool(pseudonym) and known not in same
    others = tuple(each for each in same if folded(each.name) not in named) if new else ()
    instead = _own(found, known, kept.kind) or next_free(kept.kind, taken)
    near = () if known else tuple(nearest(name, [each.name for each in found])[:MOST_NEAR])
    return Decision(kept, others, instead, known is not None, near)


def _own(found: Sequence[Candidate], known: Candidate | None, kind: Kind) -> str | None:
    """Return the pseudonym of a kind that a name had before, if it was its alone."""
    if known is None or kind_told(known.proposed) is not kind:
        return None
    return known.proposed if sum(c.proposed == known.proposed for c in found) == 1 else None


def check_pseudonym(name: str, pseudonym: str) -> None:
    """Raise UsageError where a pseudonym would give its name away, or is not one line of text."""
    if not folded(name):
        raise UsageError('a name is empty. Write it as --set "Priya Raman=P07"')
    if pseudonym != " ".join(pseudonym.split()):
        raise UsageError(f"{pseudonym!r} has white space that nothing shows. Write it in one line.")
    if folded(name) in folded(pseudonym):
        raise UsageError(
            f"{pseudonym} has the name {name} in it. Choose another, as P07; or leave the name as "
            f'it is: --keep "{name}"'
        )


def add(library: Library, project: str | None, name: str) -> Pseudonym:
    """List a name that no model found, under the pseudonym it is to have or the next one free."""
    found = reviewed(library, project)
    known = meant(found, name)
    if known and known.decided:
        shown = known.pseudonym or "left as it is"
        raise UsageError(f"{name} is in the list already: {shown}. Change it with --set.")
    kind = known.kind if known else Kind.NAME
    proposed = known.proposed if known else next_free(kind, {folded(c.proposed) for c in found})
    kept = of_hand(name, proposed, kind)
    library.set_pseudonyms(project, [kept])
    return kept


def accept(library: Library, project: str | None) -> int:
    """Decide all that is proposed; return how many names."""
    chosen = accepted(reviewed(library, project))
    library.set_pseudonyms(project, chosen)
    return len(chosen)


def remove(library: Library, project: str | None, name: str) -> None:
    """Take back what was decided of a name; raises NotFound where nothing was."""
    if not library.remove_pseudonym(project, name):
        raise NotFound(
            f"nothing was decided of {name!r} in {called(project)}. See the list: "
            f"{command(project)}"
        )


def as_csv(found: Iterable[Candidate]) -> str:
    """Return a list for a spreadsheet: change the column `pseudonym`, empty it to leave a name."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for each in found:
        decided = "yes" if each.decided else "no"
        rows.writerow((_cell(each.name), each.kind, _cell(each.proposed), decided, each.mentions))
    return f"\ufeff{written.getvalue()}"


def _cell(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text


def from_csv(library: Library, project: str | None, path: Path) -> int:
    """Decide all that a list says that was reviewed in a spreadsheet; return how many names."""
    found = reviewed(library, project)
    decided = []
    for name, pseudonym, kind in _rows(path, command(project)):
        check_pseudonym(name, pseudonym)
        known = meant(found, name)
        chosen = renamed(known, pseudonym) if known else of_hand(name, pseudonym, kind)
        decided.append(chosen)
    library.set_pseudonyms(project, decided)
    return len(decided)


def _rows(path: Path, again: str) -> Iterator[tuple[str, str, Kind | None]]:
    try:
        text = path.read_text(encoding="utf-8").removeprefix("\ufeff")
    except FileNotFoundError as error:
        raise UsageError(f"{path}: there is no such file. Check its name and folder.") from error
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"{path}: it cannot be read ({reason}). Save it as CSV, UTF-8.") from error
    delimiter = (
        ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    )
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    if not {"name", "pseudonym"} <= set(rows.fieldnames or ()):
        raise UsageError(
            f"{path}: it has no columns name and pseudonym. Write a list to begin with: "
            f"{again} -o list.csv"
        )
    for row in rows:
        name, pseudonym = (_text(row.get(column)) for column in ("name", "pseudonym"))
        kind = _text(row.get("kind"))
        yield name, pseudonym, Kind(kind) if kind in set(Kind) else None


def _text(cell: str | None) -> str:
    return " ".join((cell or "").split()).removeprefix("'")
