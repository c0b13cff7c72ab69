"""How many of the keyphrases that a careful reader chose are among the first of each call.

python -m benchmarks.annotations_keyphrases --library FOLDER [FOLDER ...]

Each folder is a library of the interviews, heard in whatever way. A copy of it is annotated anew;
it itself stays as it is.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import head, row
from pipeline.annotating import annotate_again
from pipeline.filing import folded
from pipeline.library import Library
from pipeline.library.database import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GOLD = Path("../shared/speech/interviews")
FIRST = 15  # keyphrases of a call that are looked at
ARTICLES = {"a", "an", "the"}
FEWEST_LETTERS = 4  # of a plural: "bus" is none


@dataclass(frozen=True, slots=True)
class Score:
    """The chosen phrases of a call that were found among the first, and those that were not.

    `missed` are phrases with the place at which each stands, from 1; None where it does not.
    """

    call: str
    found: tuple[str, ...]
    missed: tuple[tuple[str, int | None], ...]


def report(libraries: Sequence[tuple[str, Library]]) -> Iterator[str]:
    """Yield a table with a line for each call of each library, and a sum for each library."""
    yield head("heard by", "call", f"among the first {FIRST}", "not among them (place, if at all)")
    for name, library in libraries:
        scores = [score(call, phrases, chosen(call)) for call, phrases in called(library)]
        yield from lines(name, scores)


def lines(name: str, scores: Sequence[Score]) -> Iterator[str]:
    """Yield the lines of a library."""
    for each in scores:
        total = len(each.found) + len(each.missed)
        missed = ", ".join(f"{phrase} ({place or '-'})" for phrase, place in each.missed)
        yield row(name, each.call, f"{len(each.found)} of {total}", missed)
    found = sum(len(each.found) for each in scores)
    total = found + sum(len(each.missed) for each in scores)
    yield row(name, "all", f"{found} of {total}: {100 * found / max(1, total):.0f} %", "")


def called(library: Library) -> Iterator[tuple[str, list[str]]]:
    """Yield the interviews of a library, by name, each with its keyphrases, best first."""
    recordings = {each.title[:3]: each for each in library.recordings()}
    for call in sorted(recordings):
        if (GOLD / f"{call}.gold.json").exists():
            found = library.annotation(recordings[call].id).keyphrases
            yield call, [phrase.text for phrase in found]


def chosen(call: str) -> list[str]:
    """Return the keyphrases that a reader chose of an interview."""
    gold = json.loads((GOLD / f"{call}.gold.json").read_text(encoding="utf-8"))
    return list(gold["keyphrases"])


def score(call: str, phrases: Sequence[str], wanted: Sequence[str]) -> Score:
    """Tell which of the wanted phrases are among the first of those of a call."""
    places = {
        each: next((n for n, phrase in enumerate(phrases, 1) if is_found(each, phrase)), None)
        for each in wanted
    }
    within = {each: place is not None and place <= FIRST for each, place in places.items()}
    found = tuple(each for each in wanted if within[each])
    return Score(call, found, tuple((w, places[w]) for w in wanted if not within[w]))


def is_found(wanted: str, phrase: str) -> bool:
    """Tell whether a phrase is the wanted one, or has all of it and at most one word more.

    Case, accents, articles, plurals, hyphens and spaces do not count: "plug-in" is "plugins".
    """
    words, letters = compared(phrase), "".join(compared(wanted))
    shorter = (words, words[1:], words[:-1])
    return bool(letters) and any("".join(each) == letters for each in shorter)


def compared(phrase: str) -> list[str]:
    """Return the words of a phrase as they are compared."""
    words = re.findall(r"\w+", folded(phrase))
    return [singular(word) for word in words if word not in ARTICLES]


def singular(word: str) -> str:
    """Return a word without the ending of a plural."""
    if len(word) < FEWEST_LETTERS or not word.endswith("s") or word.endswith("ss"):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") else word[:-1]


def annotated(folder: Path, scratch: Path) -> Library:
    """Return a copy of a library that is annotated anew."""
    from models.engines import LocalEngines

    scratch.mkdir(parents=True)
    for file in folder.glob(f"{FILE_NAME}*"):
        shutil.copy(file, scratch)
    library = Library(scratch)
    for _ in annotate_again(library.recordings(), library, LocalEngines()):
        pass
    return library


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--library", type=Path, nargs="+", required=True, metavar="FOLDER")
    folders: list[Path] = parser.parse_args().library
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        libraries = [
            (folder.name, stack.enter_context(annotated(folder, Path(scratch, str(number)))))
            for number, folder in enumerate(folders)
        ]
        for line in report(libraries):
            print(line)


if __name__ == "__main__":
    main()
