"""A function over many things, by several threads or processes, with the results in order."""

from __future__ import annotations

import signal
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from concurrent.futures import Executor

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 2  # results per worker that may wait to be taken


def side_by_side(
    function: Callable[[Item], Result], items: Iterable[Item], workers: int
) -> Generator[Result, None, None]:
    """Yield function(item) for each item; items are read as they are needed, by the caller.

    Whoever breaks it off does not wait for what nobody will read.
    """
    pool = ThreadPoolExecutor(workers)
    try:
        yield from _in_order(pool, function, items, AHEAD * workers)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def in_processes(
    function: Callable[[Item], Result], items: Iterable[Item], workers: int
) -> Generator[Result, None, None]:
    """Yield function(item) for each item as `side_by_side` does, on several cores.

    Function, items and results are of those that can be sent to another process. Whoever breaks it
    off waits for what is being done, so that it is not half done: Ctrl-C is the caller's alone.
    """
    from concurrent.futures import ProcessPoolExecutor  # 20 ms that few commands need
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(workers, get_context("spawn"), _leave_it_to_the_caller)
    try:
        yield from _in_order(pool, function, items, AHEAD * workers)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _in_order(
    pool: Executor, function: Callable[[Item], Result], items: Iterable[Item], ahead: int
) -> Generator[Result, None, None]:
    waiting: deque[Future[Result]] = deque()
    for item in items:
        waiting.append(pool.submit(function, item))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _leave_it_to_the_caller() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
