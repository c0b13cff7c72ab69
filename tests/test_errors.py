"""The tree of errors is the one that its module draws, with the exit codes that it names."""

from __future__ import annotations

import re

import pytest

from pipeline import errors

# A line of the drawing: its branch, the error's name, and the exit code where one stands.
LINE = re.compile(r"^ {4}(?P<branch>[│├└─ ]*)(?P<name>[A-Z]\w+)[ ]*(?P<code>\d?)", re.MULTILINE)
DRAWN = LINE.findall(errors.__doc__ or "")
BY_NAME = {name: getattr(errors, name) for _, name, _ in DRAWN}


def test_the_drawing_names_every_error_that_there_is() -> None:
    defined = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, Exception)
    }
    assert set(BY_NAME) == defined


def test_each_error_hangs_where_it_is_drawn() -> None:
    above: dict[int, type[Exception]] = {0: Exception}
    for branch, name, _ in DRAWN:
        depth = len(branch) // 4 + 1
        assert BY_NAME[name].__bases__ == (above[depth - 1],), name
        above[depth] = BY_NAME[name]


@pytest.mark.parametrize(("name", "code"), [(name, code) for _, name, code in DRAWN if code])
def test_each_error_ends_the_command_with_the_code_that_is_drawn(name: str, code: str) -> None:
    assert BY_NAME[name].exit_code == int(code)


@pytest.mark.parametrize("error", BY_NAME.values())
def test_every_error_says_its_sentence_and_ends_with_a_failure(
    error: type[errors.RelistenError],
) -> None:
    assert str(error("a.wav: it is empty.")) == "a.wav: it is empty."
    assert error.exit_code in {1, 2}
    assert error.__doc__
