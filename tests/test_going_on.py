"""What fails is told, and the rest goes on; but for what is to end all."""

from __future__ import annotations

import pytest

from pipeline.errors import RelistenError, UsageError
from pipeline.going_on import going_on


def test_what_goes_well_is_not_told() -> None:
    told: list[Exception] = []
    with going_on(told.append):
        pass
    assert told == []


@pytest.mark.parametrize("error", [ValueError("a fault"), RelistenError("a file")])
def test_what_fails_is_told_and_the_rest_goes_on(error: Exception) -> None:
    told: list[Exception] = []
    for each in (None, error, None):
        with going_on(told.append, UsageError):
            if each:
                raise each
    assert told == [error]


@pytest.mark.parametrize("error", [UsageError("no"), KeyboardInterrupt()])
def test_what_ends_all_does(error: BaseException) -> None:
    told: list[Exception] = []
    with pytest.raises(type(error)), going_on(told.append, UsageError):
        raise error
    assert told == []
