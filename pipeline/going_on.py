"""One of many that fails stops none of the others: whatever it is, it is told."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def going_on(tell: Callable[[Exception], object], *ending: type[Exception]) -> Iterator[None]:
    """Tell what goes wrong inside, and go on after it; what is `ending` ends all as ever."""
    try:
        yield
    except ending:
        raise
    except Exception as error:  # one that is bad, for whatever reason, must not stop the others
        tell(error)
