"""The names of a project as they are reviewed: found, proposed, decided on."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from pipeline.errors import NotFound, UsageError
from pipeline.filing import folded, unknown
from pipeline.pseudonyms import (
    Candidate,
    Kind,
    Pseudonym,
    Said,
    accepted,
    candidates,
    is_nobody,
    names_in_title,
    next_free,
    of_hand,
    renamed,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pipeline.library import Library

MOST_NAMED = 4  # names that a message lists
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
    for word in names_in_title(project or "", small):
        yield Said(word, "", members[0] if members else "")


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


def meant(found: Iterable[Candidate], name: str) -> Candidate | None:
    """Return the name of a list that a typed one is; None where it has none."""
    return next((each for each in found if folded(each.name) == folded(name)), None)


def set_one(library: Library, project: str | None, name: str, pseudonym: str) -> Pseudonym:
    """Keep what a name is to be called, or with an empty pseudonym that it stays.

    A name that is not in the list is added. Raises UsageError for what is no pseudonym.
    """
    check_pseudonym(name, pseudonym)
    known = meant(reviewed(library, project), name)
    kept = renamed(known, pseudonym) if known else of_hand(name, pseudonym)
    library.set_pseudonyms(project, [kept])
    return kept


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
    """List a name that no model found, under the next pseudonym that is free."""
    found = reviewed(library, project)
    known = meant(found, name)
    if known and known.decided:
        shown = known.pseudonym or "left as it is"
        raise UsageError(f"{name} is in the list already: {shown}. Change it with --set.")
    decided = library.pseudonyms(project)
    kind = known.kind if known else Kind.NAME
    kept = of_hand(name, next_free(kind, decided), kind)
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
    for name, pseudonym, kind in _rows(path):
        check_pseudonym(name, pseudonym)
        known = meant(found, name)
        chosen = renamed(known, pseudonym) if known else of_hand(name, pseudonym, kind)
        decided.append(chosen)
    library.set_pseudonyms(project, decided)
    return len(decided)


def _rows(path: Path) -> Iterator[tuple[str, str, Kind | None]]:
    try:
        text = path.read_text(encoding="utf-8").removeprefix("\ufeff")
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
            "relisten pseudonyms -o list.csv"
        )
    for row in rows:
        name, pseudonym = (_text(row.get(column)) for column in ("name", "pseudonym"))
        kind = _text(row.get("kind"))
        yield name, pseudonym, Kind(kind) if kind in set(Kind) else None


def _text(cell: str | None) -> str:
    return " ".join((cell or "").split()).removeprefix("'")
