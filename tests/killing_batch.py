"""One file kills the process: python -m tests.killing_batch LIBRARY NAME FILE..."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.batch import process_all
from pipeline.library import Library
from pipeline.process import Request
from tests.fakes import FakeEngines, FakeRecogniser

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from models.recogniser import Asked, Heard, Samples


class Killing(FakeRecogniser):
    """Ends the process where a recording of some name is worked on, as the system does."""

    def __init__(self, library: Library, name: str) -> None:
        super().__init__()
        self.library, self.name = library, name

    def recognise(self, windows: Iterable[Samples], asked: Asked) -> Iterator[Heard]:
        """Yield the texts, unless it is that file's turn."""
        if [each.path.name for each in self.library.failures()] == [self.name]:
            os.kill(os.getpid(), signal.SIGKILL)
        yield from super().recognise(windows, asked)


def main() -> None:
    """Process files into a library, and print the name of each when it is done."""
    folder, name, *files = sys.argv[1:]
    with Library(Path(folder), create=True) as library:
        engines = FakeEngines(Killing(library, name))
        for outcome in process_all([Path(each) for each in files], library, engines, Request()):
            print(outcome.path.name, outcome.state, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
