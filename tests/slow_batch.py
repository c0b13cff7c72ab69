"""A batch that takes its time, to be killed at work: python -m tests.slow_batch LIBRARY FILE..."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.batch import process_all
from pipeline.library import Library
from pipeline.process import Request
from tests.fakes import FakeEngines, FakeLanguageModel, SlowLanguageModel, SlowRecogniser

TEXTS = ("we pay Acme too much", "yes the price is high", "no")
NAMES = {"Acme": "ORG"}
PHRASES = ("price", "too much")
READER = FakeLanguageModel(NAMES, PHRASES)
REQUEST = Request(channels=("Anna", "Ben"), project="acme")


def main() -> None:
    """Process files into a library, and print the name of each when it is done."""
    engines = FakeEngines(
        recogniser_=SlowRecogniser(TEXTS), readers={"en": SlowLanguageModel(NAMES, PHRASES)}
    )
    folder, *files = map(Path, sys.argv[1:])
    with Library(folder, create=True) as library:
        print("begun", flush=True)  # noqa: T201 - what the test waits for
        for outcome in process_all(files, library, engines, REQUEST):
            print(outcome.path.name, outcome.state, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
