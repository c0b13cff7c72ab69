"""Parts of files: as the standard has it, and never a byte that is not there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.web.ranges import Unsatisfiable, asked_for


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("bytes=0-", range(100)),
        ("bytes=0-0", range(1)),
        ("bytes=10-19", range(10, 20)),
        ("bytes=90-200", range(90, 100)),
        ("bytes=-10", range(90, 100)),
        ("bytes=-1000", range(100)),
        ("Bytes = 10 - 19", range(10, 20)),
        (None, None),
        ("", None),
        ("bytes=19-10", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-1", None),
        ("bytes=a-b", None),
        ("bytes=-", None),
        ("bytes=0-" + "9" * 5000, None),
        ("bytes=\u0661-\u0662", None),
    ],
)
def test_the_bytes_that_a_header_asks_for(header: str | None, wanted: range | None) -> None:
    assert asked_for(header, 100) == wanted


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_what_lies_behind_the_end_is_refused(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        asked_for(header, 100)


def test_of_an_empty_file_no_byte_can_be_had() -> None:
    with pytest.raises(Unsatisfiable):
        asked_for("bytes=0-", 0)


@given(st.text(), st.integers(0, 10**12))
def test_nothing_that_is_sent_leads_out_of_the_file(text: str, size: int) -> None:
    for header in (text, f"bytes={text}"):
        try:
            wanted = asked_for(header, size)
        except Unsatisfiable:
            continue
        assert wanted is None or (wanted and 0 <= wanted.start < wanted.stop <= size)


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(1, 1000))
def test_first_and_last_byte_are_both_sent(first: int, more: int, size: int) -> None:
    if first >= size:
        return
    wanted = asked_for(f"bytes={first}-{first + more}", size)
    assert wanted == range(first, min(size, first + more + 1))
