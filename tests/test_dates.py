"""When a call was: what names and tags say, what they only seem to say, and zones."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audio import probe
from pipeline.dates import DATE_TAGS, EARLIEST_YEAR, recorded_at
from tests.sounds import silence, write_wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 10, 1, 12, 0)
MODIFIED = datetime(2026, 9, 15, 18, 30, 45, 123_456)


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kolkata"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Put the machine into a zone: 0, -4 and +5:30 hours from universal time in September."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


HOURS = {"UTC": 0.0, "America/New_York": -4.0, "Asia/Kolkata": 5.5}


def by_name(name: str) -> datetime | None:
    """Return the moment that a file name says, None where it says none."""
    moment, origin = recorded_at({}, name, MODIFIED, NOW)
    return moment if origin == "name" else None


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("2026-09-01 call", datetime(2026, 9, 1)),
        ("call 2026-09-01", datetime(2026, 9, 1)),
        ("interview 2026_09_01", datetime(2026, 9, 1)),
        ("interview_2026.09.01_anna", datetime(2026, 9, 1)),
        ("20260901", datetime(2026, 9, 1)),
        ("20260901_143000", datetime(2026, 9, 1, 14, 30)),
        ("20260901-143015", datetime(2026, 9, 1, 14, 30, 15)),
        ("20260901T1430", datetime(2026, 9, 1, 14, 30)),
        ("REC 2026-09-01 14.30.15", datetime(2026, 9, 1, 14, 30, 15)),
        ("2026-09-01T14:30:15", datetime(2026, 9, 1, 14, 30, 15)),
        ("2026-09-01-14-30", datetime(2026, 9, 1, 14, 30)),
        ("Audio 2026-09-01 at 14.30.15", datetime(2026, 9, 1, 14, 30, 15)),
        ("2026-09-01 14h30 Anna", datetime(2026, 9, 1, 14, 30)),
        ("AUD-20260901-WA0001", datetime(2026, 9, 1)),
        ("2026-09-01 15 people", datetime(2026, 9, 1)),
        ("call3_2026-09-01_part2", datetime(2026, 9, 1)),
        ("1999-12-31 old tape", datetime(1999, 12, 31)),
        ("2024-02-29 leap day", datetime(2024, 2, 29)),
        # the first that is a date
        ("2026-13-40 and 2026-09-01", datetime(2026, 9, 1)),
        ("2026-09-01 about 2025-01-01", datetime(2026, 9, 1)),
    ],
)
def test_a_date_is_found_in_a_name(name: str, moment: datetime) -> None:
    assert by_name(name) == moment


@pytest.mark.parametrize(
    "name",
    [
        "",
        "interview with Anna",
        "call 3",
        "2026",
        "2026-09",
        "2026-W36-2",
        "+1 202 609 0123",
        "+4920260901555",
        "0120260901",
        "202609011",
        "20260901143000999",
        "order 120260901",
        "12026-09-01",
        "2026-09-011",
        # impossible
        "2026-02-30",
        "2026-00-10",
        "2026-13-01",
        "20250229",
        # two different marks
        "2026-09.01",
        # clocks that were never set
        "19700101_000000",
        "1904-01-01",
        "1980-01-01 00.00.00",
        # yet to come
        "2026-10-03",
        "2027-01-01 plan",
        "2099-12-31",
        # other centuries
        "1826-09-01",
        "2126-09-01",
    ],
)
def test_what_only_looks_like_a_date_is_none(name: str) -> None:
    assert recorded_at({}, name, MODIFIED, NOW) == (datetime(2026, 9, 15, 18, 30, 45), "file time")


@pytest.mark.parametrize(
    "name",
    [
        "GMT20260901-143000_Recording",
        "UTC 2026-09-01 14.30.00",
        "2026-09-01T14:30:00Z",
        "call 2026-09-01T14-30-00Z",
        "2026-09-01 14.30 UTC Anna",
        "20260901_143000-GMT",
    ],
)
def test_a_name_in_universal_time_is_moved_to_the_clock_on_the_wall(name: str, zone: str) -> None:
    assert by_name(name) == datetime(2026, 9, 1, 14, 30) + timedelta(hours=HOURS[zone])


@pytest.mark.parametrize(
    "name", ["GMT2026-09-01", "2026-09-01 UTC", "2026-09-01 Zoom", "2026-09-01 00.00 Zoe"]
)
def test_a_day_without_an_hour_is_that_day_in_every_zone(name: str, zone: str) -> None:
    assert by_name(name) == datetime(2026, 9, 1)


@pytest.mark.parametrize("name", ["2026-09-01 14.30Zoom", "2026-09-01 14.30 GMTech"])
def test_a_word_that_begins_like_a_zone_is_none(name: str, zone: str) -> None:
    assert by_name(name) == datetime(2026, 9, 1, 14, 30)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-09-01T14:30:00.000000Z", datetime(2026, 9, 1, 14, 30)),
        ("2026-09-01T16:30:00+0200", datetime(2026, 9, 1, 14, 30)),
        ("2026-09-01T16:30:00+02:00", datetime(2026, 9, 1, 14, 30)),
        ("2026-08-31T23:30:00-15:00", datetime(2026, 9, 1, 14, 30)),
    ],
)
@pytest.mark.parametrize("tag", DATE_TAGS)
def test_a_tag_with_a_zone_is_moved_to_the_clock_on_the_wall(
    tag: str, text: str, moment: datetime, zone: str
) -> None:
    found = recorded_at({tag: text}, "call", MODIFIED, NOW)
    assert found == (moment + timedelta(hours=HOURS[zone]), "tag")


@pytest.mark.parametrize("text", ["2026-09-01 14:30:00", "2026-09-01T14:30", "2026:09-01", "2026"])
def test_a_tag_without_a_zone_is_what_it_says_if_it_is_a_date(text: str, zone: str) -> None:
    found = recorded_at({"date": text}, "call", MODIFIED, NOW)
    if text.startswith("2026-09"):
        assert found == (datetime(2026, 9, 1, 14, 30), "tag")
    else:
        assert found[1] == "file time"


def test_tags_come_before_the_name_and_the_name_before_the_files_time() -> None:
    tags = {"creation_time": "2026-09-01 10:00:00"}
    assert recorded_at(tags, "2026-08-01", MODIFIED, NOW) == (datetime(2026, 9, 1, 10), "tag")
    assert recorded_at({}, "2026-08-01", MODIFIED, NOW) == (datetime(2026, 8, 1), "name")
    assert recorded_at({}, "call", MODIFIED, NOW) == (MODIFIED.replace(microsecond=0), "file time")


@pytest.mark.parametrize("place", range(len(DATE_TAGS)))
def test_the_most_telling_tag_that_is_there_is_believed(place: int) -> None:
    tags = {tag: f"2026-09-{day:02d}" for day, tag in enumerate(DATE_TAGS, 1)}
    left = {tag: tags[tag] for tag in DATE_TAGS[place:]}
    assert recorded_at(left, "", MODIFIED, NOW)[0] == datetime(2026, 9, place + 1)


@pytest.mark.parametrize(
    "text",
    [
        "1970-01-01T00:00:00.000000Z",
        "1904-01-01T00:00:00.000000Z",
        "1904-01-01 00:00:00",
        "0001-01-01T00:00:00Z",  # which lies before the calendar in the West
        "9999-12-31T23:59:59Z",  # and this after it in the East
        "2026-10-05T00:00:00Z",
        "soon",
        "",
    ],
)
def test_a_tag_that_cannot_be_true_gives_way_to_the_name(text: str, zone: str) -> None:
    tags: dict[str, str] = dict.fromkeys(DATE_TAGS, text)
    assert recorded_at(tags, "2026-09-01", MODIFIED, NOW) == (datetime(2026, 9, 1), "name")


def test_a_tag_that_cannot_be_true_gives_way_to_one_that_can() -> None:
    tags = {"creation_time": "1970-01-01T00:00:00Z", "date": "2026-09-01"}
    assert recorded_at(tags, "", MODIFIED, NOW) == (datetime(2026, 9, 1), "tag")


@pytest.mark.parametrize(
    ("hours", "believed"), [(0, True), (1, True), (23, True), (25, False), (24 * 30, False)]
)
def test_a_clock_may_be_a_day_ahead_and_no_more(hours: int, believed: bool) -> None:
    text = (NOW + timedelta(hours=hours)).isoformat()
    assert (recorded_at({"date": text}, "", MODIFIED, NOW)[1] == "tag") is believed


def test_a_field_recorders_date_and_time_are_read_from_its_two_tags(tmp_path: Path) -> None:
    path = broadcast_wav(tmp_path / "ZOOM0001.WAV", b"2026-09-01", b"14:30:15")
    found = recorded_at(probe(path).tags, path.stem, MODIFIED, NOW)
    assert found == (datetime(2026, 9, 1, 14, 30, 15), "tag")


@pytest.mark.parametrize("clock", ["25:00:00", "", "noon"])
def test_a_time_that_is_none_leaves_the_date(clock: str) -> None:
    tags = {"date": "2026-09-01", "creation_time": clock}
    assert recorded_at(tags, "", MODIFIED, NOW) == (datetime(2026, 9, 1), "tag")


def broadcast_wav(path: Path, day: bytes, clock: bytes) -> Path:
    """Write a WAV with the chunk in which field recorders note the date (EBU Tech 3285)."""
    raw = write_wav(path, silence(0.1)).read_bytes()
    noted = bytes(256 + 32 + 32) + day + clock + bytes(8 + 2 + 254)
    chunk = b"bext" + len(noted).to_bytes(4, "little") + noted
    path.write_bytes(b"RIFF" + (len(raw) - 8 + len(chunk)).to_bytes(4, "little") + raw[8:12])
    with path.open("ab") as file:
        file.write(chunk + raw[12:])
    return path


@given(st.datetimes(datetime(EARLIEST_YEAR, 1, 1), NOW), st.sampled_from("-_. "))
def test_every_moment_until_now_is_found_however_it_is_written(moment: datetime, mark: str) -> None:
    to_the_second = moment.replace(microsecond=0)
    name = to_the_second.strftime(f"call %Y{mark}%m{mark}%d %H{mark}%M{mark}%S Anna")
    assert by_name(name) == to_the_second
    assert by_name(to_the_second.strftime("%Y%m%d_%H%M%S")) == to_the_second


@given(st.text(), st.dictionaries(st.sampled_from(DATE_TAGS), st.text()))
def test_no_name_and_no_tag_breaks_it_and_every_answer_is_credible(
    name: str, tags: dict[str, str]
) -> None:
    moment, origin = recorded_at(tags, name, MODIFIED, NOW)
    assert origin in {"tag", "name", "file time"}
    assert moment.tzinfo is None
    assert moment.year >= EARLIEST_YEAR
    assert moment <= NOW + timedelta(days=1)
