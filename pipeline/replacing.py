"""Writing a file whole or not at all."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Lend a path to write to; it takes the target's place if all inside went well.

    It lies in the target's folder, has its suffix, and is gone afterwards in any case.
    """
    beside = target.with_name(f".{uuid4().hex}{target.suffix}")
    try:
        yield beside
        beside.replace(target)
    finally:
        with suppress(OSError):
            beside.unlink()
