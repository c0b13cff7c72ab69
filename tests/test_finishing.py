"""A Ctrl-C in the middle of a write comes after it; elsewhere it comes at once."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import pytest

from pipeline.finishing import finishing

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    """Begin and end with the handler that Python comes with."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def write(done: list[str], signals: int) -> None:
    """Write something while signals come."""
    with finishing():
        for _ in range(signals):
            signal.raise_signal(signal.SIGINT)
        done.append("written")


def test_what_is_begun_is_finished_first() -> None:
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        write(done, 1)
    assert done == ["written"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_without_it_nothing_is_different() -> None:
    with finishing():
        pass
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_the_second_one_does_not_wait() -> None:
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        write(done, 2)
    assert done == []


def test_the_command_lines_own_handler_hears_of_both() -> None:
    heard: list[str] = []

    def at_once(*_: object) -> None:
        heard.append("at once")

    def tidily(*_: object) -> None:
        heard.append("tidily")
        signal.signal(signal.SIGINT, at_once)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, tidily)
    with finishing():
        signal.raise_signal(signal.SIGINT)
        assert heard == []
        signal.raise_signal(signal.SIGINT)
        assert heard == ["tidily", "at once"]
    assert heard == ["tidily", "at once"]


def test_an_error_of_what_is_inside_is_not_hidden_without_a_signal() -> None:
    with pytest.raises(ZeroDivisionError), finishing():
        raise ZeroDivisionError


def test_other_threads_and_ignored_signals_are_left_alone() -> None:
    found: list[object] = []

    def inside() -> None:
        with finishing():
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    inside()
    assert found == [signal.default_int_handler, signal.SIG_IGN]
