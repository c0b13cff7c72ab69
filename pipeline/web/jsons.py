"""Values as JSON: dataclasses field for field; and what an answer of some type looks like."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import Response


def as_json(value: object) -> bytes:
    """Return a value as JSON: tuples as lists, enums as their values, paths as text."""
    return orjson.dumps(value, default=str)


def answer(value: object, status: int = 200) -> Response:
    """Return the answer that a value is, without checking it again."""
    return Response(as_json(value), status, media_type="application/json")


def failed(sentence: str, status: int, **more: Any) -> Response:
    """Return the answer that says what is wrong, in a sentence."""
    written = sentence.encode("utf-8", "replace").decode()  # a file's name may be no Unicode
    return answer({"error": written, **more}, status)
