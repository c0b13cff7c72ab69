"""A Ctrl-C in the middle of a write waits until all is written; a second one does not."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


@contextlib.contextmanager
def finishing() -> Iterator[None]:
    """Do what is inside to its end, then what a Ctrl-C that came meanwhile would have done."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    came: list[FrameType | None] = []

    def later(number: int, frame: FrameType | None) -> None:
        came.append(frame)
        if len(came) > 1:
            signal.signal(signal.SIGINT, before)
            with contextlib.suppress(KeyboardInterrupt):
                before(number, came[0])
            came.clear()
            signal.raise_signal(signal.SIGINT)

    signal.signal(signal.SIGINT, later)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if came:
            before(signal.SIGINT, came[0])
