"""Routes that take recordings in, and tell what is being worked on."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, FastAPI, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from pipeline.asked import Ask, Asks
from pipeline.errors import MachineError, NotFound, UsageError
from pipeline.filing import tidy
from pipeline.kinds import MEDIA_SUFFIXES
from pipeline.library import Library
from pipeline.library.database import FILE_NAME
from pipeline.running import Running, running
from pipeline.sighting import is_there
from pipeline.web.children import Children
from pipeline.web.jsons import answer, failed
from pipeline.web.libraries import Folder, Opened
from pipeline.web.schemas import answers
from pipeline.web.uploads import FOLDER, Upload, checked_name, room_in, sweep_parts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

BLOCK = 1 << 20  # bytes that are written at once
LATEST = 1 << 43  # milliseconds since 1970: in the year 2248
LONGEST = 300  # characters of a name, a project or the names of channels


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file that was sent; `recording` is its id where it was known before."""

    name: str
    said: str
    recording: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A file of which nothing could be made, and why, with what to do."""

    path: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Now:
    """What is being worked on, by any process, and what waits; `version` tells of changes."""

    running: tuple[Running, ...]
    waiting: tuple[str, ...]
    failed: tuple[Failed, ...]
    finished: int
    version: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What can be taken in: the endings of names, and the bytes that there is room for."""

    endings: tuple[str, ...]
    room: int


@dataclass(frozen=True, slots=True)
class Named:
    """A file by its path."""

    path: str


class Imports:
    """What a server takes in: where it is put, what is asked for, and who does it."""

    def __init__(self, folder: Path) -> None:
        self.library, self.folder = folder, folder / FOLDER
        self.asks = Asks.of(folder)
        self.children = Children(folder, self.asks)

    def take_up(self) -> None:
        """Go on with what an earlier server left."""
        sweep_parts(self.folder)
        self.asks.recover()
        self.children.wake()

    def take_in(self, upload: Upload, project: str, channels: str) -> Imported:
        """Keep what was sent and have it transcribed, unless the library has it."""
        if not upload.size:
            raise UsageError(f"{upload.name}: it is empty. Choose the recording itself.")
        if known := self._known(upload):
            return known
        place = upload.reserve()
        ask = Ask(place, tidy(project), tidy(channels), identity=upload.identity)
        name = self.asks.add(replace(ask, ready=False))
        try:
            upload.keep(place)
        except BaseException:
            place.unlink(missing_ok=True)
            self.asks.drop(name)
            raise
        self.asks.put(name, ask)
        self.children.wake()
        return Imported(place.name, KEPT.format(place.name))

    def _known(self, upload: Upload) -> Imported | None:
        """Return what to say where the very same is here: in the library, or waiting."""
        with Library(self.library) as library:
            known = library.get(upload.identity)
        if known is not None and is_there(known.path):
            said = KNOWN.format(upload.name, known.title)
            return Imported(known.title, said, known.id)
        waiting = (ask for _, ask in self.asks.waiting() if ask.identity == upload.identity)
        same = next(waiting, None)
        return Imported(same.path.name, SAME.format(upload.name, same.path.name)) if same else None

    def again(self, path: Path, failed: Iterable[Path]) -> None:
        """Try a file again; raises NotFound for one that has not failed."""
        if not self.asks.again(path):
            if path not in failed:
                raise NotFound(f"{path}: it is not among the files that failed.")
            self.asks.add(Ask(path))
        self.children.wake()


KNOWN = "{} is in the library already, as “{}”: nothing was added."
SAME = "{} is the same as {}, which waits to be transcribed: nothing was added."
KEPT = "{} is in the library's folder and will be transcribed. This page may be closed."


def imports_of(app: FastAPI) -> Imports:
    """Return what a server takes in, made when it is first asked for."""
    if not hasattr(app.state, "imports"):
        app.state.imports = Imports(app.state.folder)
    imports: Imports = app.state.imports
    return imports


@contextlib.asynccontextmanager
async def going_on(app: FastAPI) -> AsyncIterator[None]:
    """Go on with what was left; at the end, end what is being done."""
    imports = imports_of(app)
    await run_in_threadpool(imports.take_up)
    try:
        yield
    finally:
        await run_in_threadpool(imports.children.close)


router = APIRouter(lifespan=going_on)
Short = Annotated[str, Query(max_length=LONGEST)]
Moment = Annotated[int | None, Query(ge=0, le=LATEST)]
BODY = {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}


@router.post("/imports", responses=answers(Imported), openapi_extra={"requestBody": BODY})
async def take_in(
    request: Request,
    name: Short,
    project: Short = "",
    channels: Short = "",
    modified: Moment = None,
) -> Response:
    """Take in a recording: its bytes are the body, written as they come and transcribed after.

    `modified` is when the file was changed last, in milliseconds since 1970, as browsers tell it.
    """
    imports = imports_of(request.app)
    said = request.headers.get("content-length", "")
    size = int(said) if said.isdecimal() else 0
    try:
        kept = checked_name(name)
        when = None if modified is None else modified / 1000
        upload = await run_in_threadpool(Upload, imports.folder, kept, size, when)
        with upload:
            async for block in in_blocks(request.stream()):
                await run_in_threadpool(upload.write, block)
            return answer(await run_in_threadpool(imports.take_in, upload, project, channels))
    except MachineError as error:  # the disk has no room
        return failed(str(error), 413)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody reads it


@router.get("/imports", responses=answers(Taken))
def read_taken(folder: Folder) -> Response:
    """Tell which files can be taken in, so that a page need not send one for nothing."""
    return answer(Taken(tuple(sorted(MEDIA_SUFFIXES)), room_in(folder)))


async def in_blocks(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield what comes in larger pieces: each is written by a thread."""
    together = bytearray()
    async for piece in stream:
        together += piece
        if len(together) >= BLOCK:
            yield bytes(together)
            together.clear()
    if together:
        yield bytes(together)


@router.get("/running", responses=answers(Now))
def read_running(request: Request, library: Opened, folder: Folder) -> Response:
    """Tell what is being transcribed, how far it is, what waits and what failed."""
    imports = imports_of(request.app)
    now = running(folder)
    waiting, doing = imports.children.waiting(), imports.children.doing
    busy = {each.path for each in now} | {str(ask.path) for ask in (*waiting, doing) if ask}
    return answer(
        Now(
            running=now,
            waiting=tuple(ask.path.name for ask in waiting),
            failed=tuple(each for each in failures(library, imports) if each.path not in busy),
            finished=imports.children.finished,
            version=version_of(folder),
        )
    )


@router.post("/again", responses=answers(Imported))
def try_again(request: Request, library: Opened, asked: Named) -> Response:
    """Try a file that failed once more."""
    path = Path(asked.path)
    imports_of(request.app).again(path, [each.path for each in library.failures()])
    return answer(Imported(path.name, f"{path.name} will be tried again."))


def failures(library: Library, imports: Imports) -> list[Failed]:
    """Return what failed, here or in any other run; what was done since is none."""
    found = {str(each.path): each.reason for each in library.failures()}
    places = library.known_paths() if (asked := imports.asks.failed()) else {}
    for name, ask in asked:
        if str(ask.path) in places or not is_there(ask.path):
            imports.asks.drop(name)
        else:
            found.setdefault(str(ask.path), ask.reason)
    return [Failed(path, Path(path).name, reason) for path, reason in found.items()]


def version_of(folder: Path) -> str:
    """Return what is another whenever the library's file was written, by whichever process."""
    marks = []
    for name in (FILE_NAME, f"{FILE_NAME}-wal"):
        with contextlib.suppress(OSError):
            about = (folder / name).stat()
            if about.st_size:  # whoever opens the library makes an empty log
                marks.append(f"{about.st_mtime_ns:x}-{about.st_size:x}")
    return ".".join(marks)
