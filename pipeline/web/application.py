"""The server, put together: who is let in, what is answered, and what every error comes to."""

from __future__ import annotations

from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import FileResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from pipeline.errors import (
    Changed,
    Held,
    LibraryError,
    NotFound,
    RelistenError,
    UsageError,
)
from pipeline.web import editing, importing, marking, reading
from pipeline.web.guarding import API, Door, Guard, TooLarge
from pipeline.web.jsons import failed
from pipeline.web.schemas import described

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp

STATIC = Path(str(resources.files("pipeline"))) / "web" / "static"
PAGES = {
    "/": "library.html",
    "/recordings/{identity}": "recording.html",
    "/highlights": "highlights.html",
    "/docs": "docs.html",
}
# The nearest to an error in its tree counts.
STATUS: dict[type[RelistenError], int] = {
    RelistenError: 409,
    UsageError: 400,
    TooLarge: 413,
    LibraryError: 503,
    NotFound: 404,
    Changed: 409,
    Held: 423,
}
ROUTERS = (reading.router, editing.router, marking.router, importing.router)


def application(folder: Path, token: str, port: int) -> ASGIApp:
    """Return the server of a library for who has the token and asks on a port."""
    return guarded(folder, Door(token, port))


def guarded(folder: Path, door: Door) -> ASGIApp:
    """Return the server of a library for whom a door lets in."""
    return Guard(served(folder), door)


def served(folder: Path) -> FastAPI:
    """Return what answers those who are let in."""
    # FastAPI sends telemetry where the environment of whoever starts it names a collector.
    silent: Any = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
    app = FastAPI(
        title="relisten",
        version=version("relisten"),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=silent,
    )
    app.state.folder = folder
    for router in ROUTERS:
        app.include_router(router, prefix="/api")
    for address, file in PAGES.items():
        app.get(address, include_in_schema=False)(page(file))
    app.mount("/static", StaticFiles(directory=STATIC))
    app.openapi = lambda: documented(app)  # type: ignore[method-assign]
    for kind in (RelistenError, OSError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, told)
    return app


def documented(app: FastAPI) -> dict[str, Any]:
    """Return what OpenAPI says of the server, worked out once."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, routes=app.routes)
        app.openapi_schema = described(document)
    return app.openapi_schema


def page(file: str) -> Any:
    """Return what answers with a page."""

    def shown() -> Response:
        return FileResponse(STATIC / file, media_type="text/html")

    return shown


def told(request: Request, error: Exception) -> Response:
    """Return what an error comes to: a sentence, and the status of HTTP for it."""
    asked = request.url.path
    match error:
        case RelistenError():
            more = {"stands": error.stands} if isinstance(error, Changed) else {}
            return failed(str(error), status(error), **more)
        case RequestValidationError():
            return failed(misunderstood(error.errors()), 400)
        case HTTPException() if asked.startswith(API):
            return failed(f"{request.method} {asked}: {error.detail}.", error.status_code)
        case HTTPException():
            return PlainTextResponse(f"{error.detail}.", error.status_code)
        case OSError():
            reason = error.strerror or error
            return failed(f"The system refuses this ({reason}). Make room, then try again.", 500)
    kind = type(error).__name__  # a fault of ours, which is also written to the terminal
    return failed(f"A fault in relisten itself ({kind}). Nothing was lost by it.", 500)


def status(error: RelistenError) -> int:
    """Return the status of HTTP for an error: that of the nearest to it in its tree."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def misunderstood(errors: Iterable[Any]) -> str:
    """Return in a sentence what of a request cannot be meant."""
    return "; ".join(
        f"{'.'.join(str(part) for part in each['loc'][1:]) or 'the body'}: {each['msg']}"
        for each in errors
    )
