"""Print what is left of names in interviews that were made without them: in text, and heard again.

    python -m benchmarks.redaction LIBRARY REFERENCES

LIBRARY holds the interviews; it is copied first. REFERENCES is the folder of their references. Who
reviews the list is taken to know who was named: every person, firm and place of the references that
was not found is added to it.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.engines import LocalEngines
from models.sounds import likenesses
from pipeline.filing import folded
from pipeline.library import Library
from pipeline.opening import document_of
from pipeline.redaction import Redaction, redaction_of, reviewed
from pipeline.redaction.checking import check, hear
from pipeline.redaction.review import accept, add, meant
from pipeline.redaction.toning import toned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.export import Document
    from pipeline.recording import Recording

NAMED = frozenset({"PERSON", "ORG", "GPE"})
MODEL = "base"
ALIKE = 0.55  # from which on what was hidden may stand for a name that is said there
NEAR = 2.0  # seconds between a reference turn and the same in the library


@dataclass(frozen=True, slots=True)
class Reference:
    """What is said in an interview: its turns as (start, end, text), and the names in them."""

    names: tuple[str, ...]
    turns: tuple[tuple[float, float, str], ...]

    @property
    def mentions(self) -> int:
        """How often a name is said; of a name within another, the longer one."""
        return sum(len(pattern(self.names).findall(text)) for _, _, text in self.turns)

    def near(self, start: float) -> list[str]:
        """Return the names that are said in the turns of about a time."""
        texts = [text for begin, end, text in self.turns if begin - NEAR <= start <= end + NEAR]
        return [name for name in self.names if any(name in text for text in texts)]


def reference(folder: Path, call: str) -> Reference:
    """Read the references of a call."""
    gold = json.loads((folder / f"{call}.gold.json").read_text(encoding="utf-8"))
    turns = json.loads((folder / f"{call}.turns.json").read_text(encoding="utf-8"))
    names = [each["text"] for each in gold["entities"] if each["label"] in NAMED]
    said = turns["turns"] if isinstance(turns, dict) else turns
    spoken = tuple((each["start"], each["end"], each["text"]) for each in said)
    return Reference(tuple(dict.fromkeys(names)), spoken)


def pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Return what names look like, also in two words or with a hyphen."""
    each = (r"[\s-]?".join(map(re.escape, name)) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)", re.IGNORECASE)


def wrongly(document: Document, redaction: Redaction, known: Reference) -> Iterator[str]:
    """Yield what was hidden where no name is said that sounds at all like it."""
    for turn in redaction.rewritten(document):
        for each in turn.found:
            said = turn.before.text[each.start : each.end]
            time = turn.before.span_of(each.start, each.end).start
            parts = [part for name in known.near(time) for part in (name, *name.split())]
            if not parts or float(likenesses([said], parts).max()) < ALIKE:
                yield said


def row(library: Library, recording: Recording, known: Reference, engines: LocalEngines) -> str:
    """Return the line of the table of one interview."""
    first = redaction_of(library, recording.project)
    checked = check(library, recording, first, engines)
    redaction = redaction_of(library, recording.project)
    document = document_of(library, recording)
    tones = redaction.tones(document)
    text = " ".join(each.turn.text for each in redaction.rewritten(document))
    with toned(document.copy or Path(), tones) as audio:
        again = " ".join(each.text for each in hear(audio, recording, engines))
    hidden = sum(len(each.found) for each in redaction.rewritten(document))
    wrong = list(wrongly(document, redaction, known))
    cells = (
        recording.title.partition("_")[0],
        len(known.names),
        known.mentions,
        hidden,
        len(pattern(known.names).findall(text)),
        len(checked.found),
        len(pattern(known.names).findall(again)) + len(checked.left),
        f"{sum(each.duration for each in tones):.1f} of {recording.duration:.0f}",
        sum(len(each.split()) for each in wrong),
    )
    return f"| {' | '.join(map(str, cells))} |"


HEAD = (
    "| call | names | mentions in the reference | hidden | left in text | hidden after the check "
    "| left in sound | seconds of sound lost | words wrongly hidden |"
)


def main(arguments: Sequence[str]) -> None:
    """Print the table."""
    source, references = map(Path, arguments)
    engines = LocalEngines(model=MODEL)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(source, Path(folder) / "library")
        with Library(Path(folder) / "library") as library:
            calls = [(r, reference(references, r.title[:3])) for r in library.recordings()]
            for recording, known in calls:
                accept(library, recording.project)
                for name in known.names:
                    found = meant(reviewed(library, recording.project), name)
                    if found is None and folded(name):
                        add(library, recording.project, name)
            print(HEAD)
            print("|---|" + "--:|" * (HEAD.count("|") - 2))
            for recording, known in sorted(calls, key=lambda call: call[0].title):
                print(row(library, recording, known, engines), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
