"""What recordings are filed under: project, tags, participants, date, as a person says (pure)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

BY_HAND = "hand"  # `recorded_at_from` of a date that a person gave: no run writes over it
ACCENTS = range(0x300, 0x370)  # combining marks of letters that are read without them, too
UNWRITTEN = {"Cc", "Cs"}  # control characters and half letters, which no terminal shows
NEAR_ENOUGH = 60  # of 100, by rapidfuzz: "acne" is near "acme", "beta" is not
MOST_NAMED = 5  # names that a message lists
# What is said of a name that nothing goes by, and the command that shows all there are.
UNKNOWN = {
    "project": ("no recording is in a project called {!r}", "relisten projects"),
    "tag": ("no recording has the tag {!r}", "relisten projects"),
    "participant": ("nobody called {!r} took part in a recording", "relisten list --json"),
    "speaker": ("nobody is called {!r} in the library", "relisten list"),
}
# What somebody who has none of a kind may have meant.
ELSE = {"tag": "; tags of highlights are something else: relisten highlights"}


@dataclass(frozen=True, slots=True)
class Count:
    """A name with the number of recordings that go by it."""

    name: str
    recordings: int


@dataclass(frozen=True, slots=True)
class ProjectSummary:
    """A project, or with None what is in none: its recordings, their seconds, days and tags."""

    project: str | None
    recordings: int
    duration: float
    first: str
    last: str
    tags: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True)
class Filing:
    """What a person wants changed of how recordings are filed; None leaves it, "" takes it away.

    `date` is a day or a day with a time, ISO 8601. Participants that are empty are taken away.
    """

    project: str | None = None
    title: str | None = None
    date: str | None = None
    participants: tuple[str, ...] | None = None
    tags: tuple[str, ...] = ()
    untag: tuple[str, ...] = ()


def folded(name: str) -> str:
    """Return a name as it is compared: without case, accents, and how its spaces are written."""
    if name.isascii():  # as most are: thousands are compared for one that is typed
        return " ".join(name.casefold().split())
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    kept = "".join(character for character in plain if ord(character) not in ACCENTS)
    return " ".join(kept.split())


def tidy(name: str) -> str:
    """Return a name as it is kept: on one line, without what cannot be shown."""
    written = (c for c in name if c.isspace() or unicodedata.category(c) not in UNWRITTEN)
    return " ".join(unicodedata.normalize("NFC", "".join(written)).split())


def named(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the names in texts, which may hold several with commas between; each once."""
    parts = (tidy(part) for text in texts for part in text.split(","))
    by_folded: dict[str, str] = {}
    for part in parts:
        if folded(part):
            by_folded.setdefault(folded(part), part)
    return tuple(by_folded.values())


def moment(text: str) -> str:
    """Return a date that is typed as it is kept; a day alone is its midnight.

    Raises UsageError for what is no date.
    """
    try:
        found = datetime.fromisoformat(text.strip())
        local = found.astimezone().replace(tzinfo=None) if found.tzinfo else found
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"{text!r} is no date. Write it as 2026-09-01, or with a time: 2026-09-01 14:30"
        ) from error
    return local.isoformat(timespec="seconds")


def unknown(kind: str, name: str, known: Iterable[Count]) -> str:
    """Return the sentence for a name that nothing goes by: with names that are near, or the most.

    `kind` is one of `UNKNOWN`.
    """
    by_use = sorted(known, key=lambda each: (-each.recordings, folded(each.name)))
    names = list({folded(each.name): each.name for each in reversed(by_use)}.values())[::-1]
    said, all_of_them = UNKNOWN[kind]
    if not names:
        return (
            f"{said.format(name)}, and there is no {kind} in the library yet{ELSE.get(kind, '.')}"
        )
    if near := nearest(name, names):
        return f"{said.format(name)}. Did you mean {' or '.join(near)}? See all: {all_of_them}"
    shown = ", ".join(names[:MOST_NAMED])
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{said.format(name)}. There are: {shown}{more}. See all: {all_of_them}"


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Return the names that are most like one, the most like it first."""
    from rapidfuzz import fuzz, process

    found = process.extract(
        name, list(known), scorer=fuzz.WRatio, processor=folded, limit=3, score_cutoff=NEAR_ENOUGH
    )
    return [each for each, *_ in found]
