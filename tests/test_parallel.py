"""A function over many things: in order, read as needed, and broken off without waiting."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.parallel import AHEAD, in_processes, side_by_side
from tests.fakes import Broken

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 20.0  # seconds after which a test that waits for a thread gives up


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Return a gate that is open at the latest when the test ends."""
    event = threading.Event()
    yield event
    event.set()


def negated(number: int) -> int:
    return -number


@settings(max_examples=50)
@given(st.lists(st.integers(), max_size=30), st.integers(1, 4))
def test_the_results_are_those_of_a_loop(items: list[int], workers: int) -> None:
    assert list(side_by_side(negated, items, workers)) == [negated(item) for item in items]


def test_order_is_kept_where_the_first_is_done_last(gate: threading.Event) -> None:
    done: list[int] = []

    def first_last(number: int) -> int:
        if number == 0:
            assert gate.wait(PATIENCE)
        done.append(number)
        if number == 3:
            gate.set()
        return number

    assert list(side_by_side(first_last, range(5), 2)) == [0, 1, 2, 3, 4]
    assert done.index(0) > done.index(3)


def test_as_many_work_at_once_as_there_are_workers() -> None:
    together = threading.Barrier(3, timeout=PATIENCE)
    assert len(list(side_by_side(lambda _: together.wait(), range(6), 3))) == 6


def test_no_more_work_at_once_than_there_are_workers() -> None:
    lock, busy, most = threading.Lock(), [0], [0]

    def counted(number: int) -> int:
        with lock:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        threading.Event().wait(0.002)
        with lock:
            busy[0] -= 1
        return number

    assert list(side_by_side(counted, range(20), 2)) == list(range(20))
    assert most[0] <= 2


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_items_are_read_as_they_are_needed(workers: int) -> None:
    read: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1000):
            read.append(number)
            yield number

    results = side_by_side(negated, items(), workers)
    assert read == []
    for taken in range(1, 4):
        next(results)
        assert len(read) == AHEAD * workers + taken
    results.close()


def test_items_are_read_by_the_caller_and_used_by_others() -> None:
    readers: set[int] = set()

    def items() -> Iterator[int]:
        for number in range(3):
            readers.add(threading.get_ident())
            yield number

    users = set(side_by_side(lambda _: threading.get_ident(), items(), 2))
    assert readers == {threading.get_ident()}
    assert threading.get_ident() not in users


def test_an_error_comes_out_in_its_place() -> None:
    def fragile(number: int) -> int:
        if number == 2:
            raise Broken("the third")
        return number

    results = side_by_side(fragile, range(9), 3)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(Broken, match="the third"):
        next(results)
    assert list(results) == []


def test_an_error_in_what_is_read_comes_out() -> None:
    def items() -> Iterator[int]:
        yield 0
        raise Broken("unreadable")

    with pytest.raises(Broken, match="unreadable"):
        list(side_by_side(negated, items(), 2))


def test_nothing_more_is_begun_after_an_error(gate: threading.Event) -> None:
    begun: list[int] = []
    before = set(threading.enumerate())

    def fragile(number: int) -> None:
        begun.append(number)
        if number == 0:
            raise Broken("at once")
        assert gate.wait(PATIENCE)

    with pytest.raises(Broken):
        next(side_by_side(fragile, range(9), 1))
    gate.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE)
    assert set(begun) <= {0, 1}  # the worker may have taken the next one already


def test_whoever_breaks_it_off_does_not_wait(gate: threading.Event) -> None:
    done: list[int] = []
    second_begins = threading.Event()

    def slow(number: int) -> int:
        if number > 0:
            second_begins.set()
            gate.wait(PATIENCE)
        done.append(number)
        return number

    results = side_by_side(slow, range(9), 1)
    assert next(results) == 0
    assert second_begins.wait(PATIENCE)
    results.close()
    assert done == [0]


# --- processes --------------------------------------------------------------------------------


def where(number: int) -> tuple[int, int, bool]:
    """Return a number, the process that got it, and whether Ctrl-C would end that."""
    if number < 0:
        raise ValueError(number)
    return number, os.getpid(), signal.getsignal(signal.SIGINT) is not signal.SIG_IGN


def test_processes_give_results_in_order_and_leave_ctrl_c_to_the_caller() -> None:
    done = list(in_processes(where, range(6), 2))
    assert [number for number, _, _ in done] == list(range(6))
    assert os.getpid() not in {process for _, process, _ in done}
    assert not any(ends for _, _, ends in done)


def test_an_error_of_another_process_is_the_caller_s_and_ends_it() -> None:
    done = in_processes(where, [1, -2, *range(50)], 1)
    assert next(done)[0] == 1
    with pytest.raises(ValueError, match="-2"):
        next(done)
    assert list(done) == []
