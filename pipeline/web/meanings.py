"""What passages mean, kept from one search to the next: reading it all takes long."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, FastAPI, Request

from pipeline.library import Library
from pipeline.library.database import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from models.sentences import SentenceModel
    from pipeline.library import Filters
    from pipeline.meaning.nearness import Near, Nearness


class Meanings:
    """Finds passages by meaning for one request after the other, by a library of its own.

    That is opened anew where its file is another than before: a backup may have been put back.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._library: Library | None = None
        self._nearness: Nearness | None = None
        self._file: object = None

    def nearest(
        self, model: SentenceModel, text: str, filters: Filters, limit: int
    ) -> Sequence[Near]:
        """Return at most so many passages that mean the like of a text, the likest first."""
        with self._lock:
            return self._current(model).nearest(text, filters, limit)

    def close(self) -> None:
        """Let go of the library."""
        with self._lock:
            self._let_go()

    def _current(self, model: SentenceModel) -> Nearness:
        from pipeline.meaning.nearness import Nearness

        known = (self._folder / FILE_NAME).stat()
        file = known.st_dev, known.st_ino
        if self._nearness is None or file != self._file:
            self._let_go()
            self._library = Library(self._folder)
            self._nearness, self._file = Nearness(self._library, model), file
        return self._nearness

    def _let_go(self) -> None:
        if self._library is not None:
            self._library.close()
        self._library = self._nearness = None


def meanings_of(app: FastAPI) -> Meanings:
    """Return what a server keeps of meanings, made when it is first asked for."""
    if not hasattr(app.state, "meanings"):
        app.state.meanings = Meanings(app.state.folder)
    meanings: Meanings = app.state.meanings
    return meanings


def kept(request: Request) -> Meanings:
    """Return what the server that is asked keeps."""
    return meanings_of(request.app)


@asynccontextmanager
async def kept_meanings(app: FastAPI) -> AsyncIterator[None]:
    """Let go of what is kept when the server ends."""
    try:
        yield
    finally:
        meanings_of(app).close()


Kept = Annotated[Meanings, Depends(kept)]
