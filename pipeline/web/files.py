"""A file of the library as an answer: whole, in part, or not again where it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Response
from fastapi.responses import FileResponse

from pipeline.web.jsons import failed
from pipeline.web.ranges import Unsatisfiable, asked_for

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import Request


def file_answer(request: Request, path: Path, media_type: str) -> Response:
    """Return the answer that a file is, to what is asked of it; raises OSError where it is gone."""
    known = path.stat()
    answer = FileResponse(path, media_type=media_type, stat_result=known)
    if is_known(answer.headers["etag"], request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers={"etag": answer.headers["etag"]})
    try:
        wanted = asked_for(request.headers.get("range"), known.st_size)
    except Unsatisfiable:
        refused = failed(
            f"The sound has {known.st_size} bytes, and none of them is asked for.", 416
        )
        refused.headers["content-range"] = f"bytes */{known.st_size}"
        return refused
    if wanted is None:
        drop_range(request)
    return answer


def is_known(tag: str, known: str) -> bool:
    """Tell whether a file is one of those that are known by their tags (RFC 9110, 13.1.2)."""
    tags = {each.strip().removeprefix("W/") for each in known.split(",")}
    return tag in tags or known.strip() == "*"


def drop_range(request: Request) -> None:
    """Have all of a file sent: what asks for a part of it cannot be read."""
    request.scope["headers"] = [
        each for each in request.scope["headers"] if each[0].lower() != b"range"
    ]
