"""The library that is served, opened for each request: it may be restored or moved meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from pipeline.library import Library
from pipeline.recording import Recording


def served(request: Request) -> Path:
    """Return the folder of the library that is served."""
    folder: Path = request.app.state.folder
    return folder


def opened(folder: Annotated[Path, Depends(served)]) -> Iterator[Library]:
    """Lend the library to one request."""
    with Library(folder) as library:
        yield library


Folder = Annotated[Path, Depends(served)]
# Closed before the answer is sent: a long download holds no library open.
Opened = Annotated[Library, Depends(opened, scope="function")]


def known(identity: str, library: Opened) -> Recording:
    """Return the recording that an address names: by its id, or as commands do."""
    return library.get(identity) or library.find(identity)


Known = Annotated[Recording, Depends(known)]
