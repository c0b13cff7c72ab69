"""Entities, keyphrases and questions of the interviews, against what a reader marked in them.

python -m benchmarks.annotations --library FOLDER [FOLDER ...] [--model NAME] [--names FILE]

Each folder is a library of the four interviews; with --model, the first one is heard into it where
it is not there yet. Copies are annotated anew, with the names of a file if one is given; the
libraries themselves stay as they are.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import annotations_entities, annotations_keyphrases, annotations_questions
from benchmarks.annotations_entities import GOLD
from pipeline.annotating import annotate_again
from pipeline.library import Library
from pipeline.library.database import FILE_NAME
from pipeline.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

CHANNELS = "interviewer,customer"


def hear(folder: Path, model: str) -> None:
    """Hear the interviews into a library, unless it is there."""
    if not (folder / FILE_NAME).exists():
        calls = [str(path) for path in sorted(GOLD.glob("*_stereo.flac"))]
        command = [sys.executable, "cli.py", "--library", str(folder), "process", *calls]
        options = ["--model", model, "--language", "en", "--channels", CHANNELS]
        subprocess.run([*command, *options], check=True)


def annotated(folder: Path, scratch: Path, names: Sequence[str]) -> Library:
    """Return a copy of a library that is annotated anew, with a list of names or without."""
    from models.engines import LocalEngines

    scratch.mkdir(parents=True)
    for file in folder.glob(f"{FILE_NAME}*"):  # not through the library, which migrates it
        shutil.copy(file, scratch)
    copied = Library(scratch)
    for recording in copied.recordings():
        copied.set_vocabulary(recording.id, names)
    for _ in annotate_again(copied.recordings(), copied, LocalEngines()):
        pass
    return copied


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--library", type=Path, nargs="+", required=True, metavar="FOLDER")
    parser.add_argument("--model", help="hear the first library with it, if it is not there")
    parser.add_argument("--names", type=Path, help="names to look for, one a line")
    asked = parser.parse_args()
    if asked.model:
        hear(asked.library[0], asked.model)
    names = read_vocabulary(asked.names) if asked.names else ()
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        libraries = [
            (folder.name, stack.enter_context(annotated(folder, Path(scratch, str(n)), names)))
            for n, folder in enumerate(asked.library)
        ]
        for part in (annotations_entities, annotations_keyphrases, annotations_questions):
            for line in part.report(libraries):
                print(line)
            print()


if __name__ == "__main__":
    main()
