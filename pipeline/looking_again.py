"""What was found in turns, looked for again once they were put right: beside whoever reads them.

A recording is held only while what was found is kept, so that nobody waits for it. Where its turns
have changed meanwhile, nothing is kept: whoever changed them has it looked for again.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.annotating import annotation_of
from pipeline.errors import Held
from pipeline.library import Library
from pipeline.library.holding import held_within
from pipeline.meaning.embedding import meaning_told

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.listening import Engines
    from pipeline.recording import Recording

PATIENCE = 20.0  # seconds to wait for another process that works on the recording
HELD = 75  # the code to end with where that took longer (EX_TEMPFAIL of sysexits.h)
NICE = 10  # of 19: whoever reads and hears goes first


def look_again(library: Library, recording: Recording, engines: Engines) -> bool:
    """Find again what turns lack since they changed; return False where they changed meanwhile."""
    done = library.made(recording.id)
    if "attribute" not in done:
        return False
    before = library.seal("turn", recording.id)
    if "annotate" not in done and _is_read(library, recording, engines):
        found = annotation_of(recording, library, engines)
        if not _kept(
            library, recording, before, lambda: library.store_annotation(recording.id, *found)
        ):
            return False
    if "embed" not in done:
        told = meaning_told(recording, library, engines)
        return _kept(library, recording, before, lambda: library.store_meaning(recording.id, *told))
    return True


def _is_read(library: Library, recording: Recording, engines: Engines) -> bool:
    """Tell whether its language can be read here: else what was found before would only be lost."""
    language = library.language(recording.id)
    return not language or engines.language_model(language) is not None


def _kept(library: Library, recording: Recording, before: str, keep: Callable[[], None]) -> bool:
    """Keep something if the turns are still those that it was found in."""
    with held_within(library.folder, [recording.id], PATIENCE):
        if library.seal("turn", recording.id) != before:
            return False
        keep()
        return True


def main(folder: str, identity: str) -> int:
    """Look again through one recording of a library, after whatever else is to be done here.

    Return the code to end with.
    """
    from models.engines import LocalEngines

    if hasattr(os, "nice"):
        os.nice(NICE)
    with Library(Path(folder)) as library:
        try:
            if recording := library.get(identity):
                look_again(library, recording, LocalEngines())
        except Held:
            return HELD
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
