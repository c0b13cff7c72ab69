"""What stands in for `relisten` where a server begins a child: with engines that are there at once.

A file of the four letters "slow" takes until it is broken off; what is called fail... ends so.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from pipeline.batch import State, process_all
from pipeline.library import Library
from pipeline.process import Request
from pipeline.progress import FILES, WHOLE, Progress, silent
from pipeline.running import shown_as_running
from tests.fakes import FakeEngines, FakeRecogniser

COMMAND = (sys.executable, "-m", "tests.transcribing")
LONG = 60.0  # seconds


def main() -> int:
    """Do what `relisten --library FOLDER process PATH ...` does; return its exit code."""
    _, folder, _, path, *options = sys.argv[1:]
    said = dict(each.removeprefix("--").split("=", 1) for each in options)
    if Path(path).name.startswith("fail"):
        print("loading\nrelisten: base: its weights are not here.", file=sys.stderr)  # noqa: T201
        return 1
    with Library(Path(folder)) as library, shown_as_running(library.folder, silent) as report:
        if Path(path).read_bytes() == b"slow":
            begin_long(Path(path), report)
        channels = tuple(name.strip() for name in said.get("channels", "").split(",") if name)
        request = Request(project=said.get("project"), channels=channels)
        engines = FakeEngines(FakeRecogniser(("the price is fine",)))
        (outcome,) = process_all([Path(path)], library, engines, request, report)
    return int(outcome.state is State.FAILED)


def begin_long(path: Path, report: object) -> None:
    """Tell how far it is, and go no further."""
    assert callable(report)
    report(Progress(FILES, 0, 1, path=path))
    report(Progress("transcribe", 30.0, 60.0))
    report(Progress(WHOLE, 24.0, 60.0))
    time.sleep(LONG)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
