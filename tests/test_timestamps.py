"""Times as text: what is written, what is read, and that one is the inverse of the other."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.timestamps import (
    format_moment,
    format_subtitle_time,
    format_timestamp,
    milliseconds,
    parse_timestamp,
)

TIMES = st.floats(0, 3e7, allow_nan=False)


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "00:00"),
        (0.999, "00:00"),
        (59.9996, "00:59"),
        (60, "01:00"),
        (754.5, "12:34"),
        (3599.99, "59:59"),
        (3600, "1:00:00"),
        (3723, "1:02:03"),
        (360_000, "100:00:00"),
    ],
)
def test_a_time_is_floored_to_the_second_and_shows_hours_only_from_one_on(
    seconds: float, written: str
) -> None:
    assert format_timestamp(seconds) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "00:00"),
        (0.004, "00:00"),
        (754.5, "12:34.5"),
        (754.05, "12:34.05"),
        (59.996, "01:00"),
        (3723.25, "1:02:03.25"),
    ],
)
def test_a_moment_is_written_to_the_hundredth_without_noughts_behind(
    seconds: float, written: str
) -> None:
    assert format_moment(seconds) == written


@given(TIMES)
def test_reading_a_moment_gives_the_time_to_the_hundredth(seconds: float) -> None:
    assert parse_timestamp(format_moment(seconds)) == pytest.approx(seconds, abs=0.00501)


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "00:00:00,000"),
        (0.0005, "00:00:00,001"),
        (0.00049999, "00:00:00,000"),
        (1.0005, "00:00:01,001"),
        (59.9994, "00:00:59,999"),
        (59.9996, "00:01:00,000"),
        (3599.9995, "01:00:00,000"),
        (3723.25, "01:02:03,250"),
        (360_000, "100:00:00,000"),
    ],
)
def test_a_subtitle_time_is_rounded_once_with_its_carry(seconds: float, written: str) -> None:
    assert format_subtitle_time(seconds) == written
    assert format_subtitle_time(seconds, mark=".") == written.replace(",", ".")


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0.0, 0), (0.0005, 1), (0.0015, 2), (0.0025, 3), (2.675, 2675)]
)
def test_half_a_millisecond_is_rounded_upwards(seconds: float, expected: int) -> None:
    assert milliseconds(seconds) == expected


@given(
    st.floats(0, 1e9)
    | st.integers(0, 10**9).map(lambda count: count / 2000)
    | st.integers(0, 10**8).map(lambda count: math.nextafter(count / 2000, 0.0))
)
def test_it_is_rounded_as_decimals_are(seconds: float) -> None:
    exact = Decimal(repr(seconds)) * 1000
    assert milliseconds(seconds) == int(exact.to_integral_value(rounding=ROUND_HALF_UP))


@pytest.mark.parametrize("seconds", [-0.001, math.nan, math.inf])
def test_what_is_no_time_is_not_written(seconds: float) -> None:
    with pytest.raises(ValueError, match="finite and not negative"):
        format_timestamp(seconds)
    with pytest.raises(ValueError, match=repr(seconds)):
        format_subtitle_time(seconds)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("75", 75.0),
        ("75.25", 75.25),
        ("00:07", 7.0),
        ("5:07", 307.0),
        ("12:34", 754.0),
        ("12:34.5", 754.5),
        ("90:00", 5400.0),
        ("1:02:03", 3723.0),
        ("01:02:03,250", 3723.25),
        ("100:00:00", 360_000.0),
        (" 12:34 ", 754.0),
    ],
)
def test_every_accepted_form_is_read_as_seconds(text: str, seconds: float) -> None:
    assert parse_timestamp(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "-5",
        "+5",
        "1e3",
        "nan",
        "12:",
        ":30",
        "12:3",
        "12:345",
        "12:60",
        "1:60:00",
        "1:2:03",
        "1:02:03:04",
        "12.5:00",
        "12:34.",
        ".5",
        "1 2",
        "12:3٤",
        "9" * 400,
    ],
)
def test_what_is_no_time_is_refused_with_what_was_got_and_what_can_be_written(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_timestamp(text)
    assert repr(text) in str(caught.value)
    assert "H:MM:SS (1:02:03)" in str(caught.value)


@given(TIMES)
def test_reading_what_was_written_gives_the_second_in_which_the_time_lies(seconds: float) -> None:
    assert parse_timestamp(format_timestamp(seconds)) == math.floor(seconds)


@given(TIMES, st.sampled_from(",."))
def test_reading_a_subtitle_time_gives_the_time_to_the_millisecond(
    seconds: float, mark: str
) -> None:
    read = parse_timestamp(format_subtitle_time(seconds, mark))
    assert read == milliseconds(seconds) / 1000
    assert abs(read - seconds) <= 0.0005 + 1e-8


@given(TIMES, TIMES)
def test_rounding_keeps_times_in_order(one: float, other: float) -> None:
    earlier, later = sorted((one, other))
    assert milliseconds(earlier) <= milliseconds(later)


@given(st.text(max_size=12) | st.from_regex(r"[0-9:.,]{1,10}", fullmatch=True))
def test_any_text_is_a_finite_time_or_a_usage_error(text: str) -> None:
    try:
        seconds = parse_timestamp(text)
    except UsageError:
        return
    assert 0 <= seconds < math.inf
