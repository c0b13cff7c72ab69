"""The modules that know no page: times, words, what is heard, peaks, finding."""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pipeline.export import as_json
from pipeline.library import Library
from pipeline.opening import document_of
from pipeline.waveform import Waveform, to_bytes
from tests.browser import calls
from tests.browser.conftest import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    Run = Callable[..., Any]

pytestmark = pytest.mark.browser

CALL = """async ([module, name, values]) => {
  const imported = await import(`/static/${module}.js`);
  const prepared = globalThis.contents && (await import("/static/words.js")).prepare(contents);
  const given = values.map((value) => (value === "PREPARED" ? prepared : value));
  const result = await imported[name](...given);
  return ArrayBuffer.isView(result) ? [...result] : result;
}"""
PREPARED = "PREPARED"


@pytest.fixture(scope="module")
def modules(chromium: Browser, ready_library: Path) -> Iterator[Page]:
    """Return a page that may import modules."""
    with serving(ready_library) as served:
        page = chromium.new_page()
        served.visit(page, "/docs")
        yield page
        page.close()


@pytest.fixture(scope="module")
def run(modules: Page, ready_library: Path) -> Run:
    """Return what calls a function of a module; `PREPARED` among the values is the call."""
    with Library(ready_library) as library:
        found = library.get(calls.FIRST)
        assert found
        contents = as_json.as_data(document_of(library, found))
    modules.evaluate("said => { globalThis.contents = said; }", contents)
    return lambda module, name, *values: modules.evaluate(CALL, [module, name, list(values)])


# Times as they are written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "0:00"),
        (7.9, "0:07"),
        (754, "12:34"),
        (3723, "1:02:03"),
        (59.9999999, "1:00"),
        (-1, "0:00"),
    ],
)
def test_a_time_is_written_as_a_clock_does(run: Run, seconds: float, written: str) -> None:
    assert run("format", "clock", seconds) == written


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *[("12:34", 754), ("1:02:03", 3723), ("754", 754), ("12:34.5", 754.5), (" 0:07 ", 7)],
        *[
            ("90:00", 5400),
            ("", None),
            ("soon", None),
            ("1:99", None),
            ("-3", None),
            ("1:2:3:4", None),
        ],
    ],
)
def test_a_time_is_read_as_it_is_typed(run: Run, text: str, seconds: float | None) -> None:
    assert run("format", "parseClock", text) == seconds


@pytest.mark.parametrize(
    ("address", "start", "end"),
    [
        *[("#t=12:34", 754, None), ("#t=10,20", 10, 20), ("t=1:00", 60, None)],
        *[("#t=12%3A34", 754, None), ("#t=20,10", 20, None)],
    ],
)
def test_an_address_names_a_moment(run: Run, address: str, start: float, end: float | None) -> None:
    assert run("format", "parseMoment", address) == {"start": start, "end": end}


@pytest.mark.parametrize("address", ["", "#", "#turn-3", "#t=", "#t=soon", "#%"])
def test_an_address_without_a_moment_names_none(run: Run, address: str) -> None:
    assert run("format", "parseMoment", address) is None


@pytest.mark.parametrize("seconds", [0, 0.05, 7.25, 59.99, 754.5, 3599.999, 12_345.67])
def test_reading_an_address_is_the_inverse_of_writing_it(run: Run, seconds: float) -> None:
    again = run("format", "parseMoment", run("format", "momentHash", seconds))
    assert again["start"] == pytest.approx(seconds, abs=0.006)


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        *[("length", 42, "42 s"), ("length", 185, "3 min 5 s"), ("length", 3720, "1 h 2 min")],
        *[("length", 3600, "1 h"), ("length", 120, "2 min")],
        *[("aloud", 0, "0 seconds"), ("aloud", 61, "1 minute 1 second")],
        *[("aloud", 7200, "2 hours"), ("day", "2026-09-03T10:00:00", "3 September 2026")],
        *[
            ("day", "unknown", "unknown"),
            ("size", 999, "999 bytes"),
            ("size", 12_400_000, "12.4 MB"),
        ],
        *[("size", 820_000, "820 kB"), ("size", 999_999, "1 MB"), ("speed", 1.25, "1.25×")],
    ],
)
def test_lengths_days_and_sizes_are_said_in_words(
    run: Run, name: str, value: object, written: str
) -> None:
    assert run("format", name, value) == written


# Words


def test_every_word_stands_where_python_counts_it(run: Run) -> None:
    places = [run("words", "placeOf", PREPARED, word) for word in range(12)]
    texts = [calls.TURNS[each["turn"]].text[each["start"] : each["end"]] for each in places]
    assert texts == [word.text for turn in calls.TURNS for word in turn.words][:12]


@pytest.mark.parametrize(
    ("time", "said"),
    [
        *[(1.0, ["Hello"]), (1.29, ["Hello"]), (1.34, ["Hello"]), (1.36, ["Ray,"])],
        *[(0.5, []), (4.5, []), (11.0, []), (27.1, ["What"]), (47.9, [])],
    ],
)
def test_the_word_at_a_time_is_found(run: Run, time: float, said: list[str]) -> None:
    assert spoken(run, time) == said


def spoken(run: Run, time: float) -> list[str]:
    words = [word.text for turn in calls.TURNS for word in turn.words]
    return [words[place] for place in run("words", "spokenAt", PREPARED, time)]


OVERLAP = """async ([time]) => {
  const words = await import("/static/words.js");
  const word = (text, start) => ({ text, start, end: start + 1, spaced: true });
  const say = (speaker, start, text) => {
    const said = text.split(" ").map((each, place) => word(each, start + place));
    return { speaker, start, end: start + said.length, text, words: said };
  };
  const turns = [say("A", 0, "one two three four five six"), say("B", 2, "mm"), say("B", 4, "yes")];
  const prepared = words.prepare({ turns, recording: { duration: 10 } });
  const texts = turns.flatMap((turn) => turn.words.map((word) => word.text));
  return words.spokenAt(prepared, time).map((word) => texts[word]);
}"""


@pytest.mark.parametrize(
    ("time", "said"),
    [(0.5, ["one"]), (2.5, ["mm", "three"]), (3.5, ["four"]), (4.5, ["yes", "five"]), (9.0, [])],
)
def test_where_two_speak_at_once_both_words_are_found(
    modules: Page, time: float, said: list[str]
) -> None:
    assert modules.evaluate(OVERLAP, [time]) == said


@pytest.mark.parametrize("position", range(len(calls.TURNS)))
def test_characters_have_the_times_that_python_gives_them(run: Run, position: int) -> None:
    turn = calls.TURNS[position]
    for start, end in [(0, 1), (0, len(turn.text)), (3, 9), (5, 6), (2, 2)]:
        ours = turn.span_of(start, min(end, len(turn.text)))
        passage = {"turn": position, "start": start, "end": min(end, len(turn.text))}
        theirs = run("words", "timeOf", PREPARED, passage)
        assert (theirs["start"], theirs["end"]) == pytest.approx((ours.start, ours.end))


def test_a_stretch_of_time_is_the_words_whose_middle_is_in_it(run: Run) -> None:
    assert run("words", "passagesIn", PREPARED, 1.2, 1.7) == [{"turn": 0, "start": 6, "end": 10}]
    assert run("words", "passagesIn", PREPARED, 2.0, 6.0)[0]["turn"] == 0
    assert len(run("words", "passagesIn", PREPARED, 0, 48)) == len(calls.TURNS)
    assert run("words", "passagesIn", PREPARED, 22, 26) == []


def test_a_mark_within_a_turn_leaves_out_what_another_says_meanwhile(run: Run) -> None:
    inside = run("words", "markedIn", PREPARED, 12.0, 14.4)
    across = run("words", "markedIn", PREPARED, 13.0, 17.0)
    assert [each["turn"] for each in inside] == [2]
    assert [each["turn"] for each in across] == [2, 3]


@pytest.mark.parametrize(
    ("text", "point", "unit"), [("plain", 3, 3), ("a🚲b", 1, 1), ("a🚲b", 2, 3), ("🚲🚲x", 3, 5)]
)
def test_characters_of_json_are_code_points_and_those_of_a_page_are_not(
    run: Run, text: str, point: int, unit: int
) -> None:
    assert run("words", "unitsOf", text, point) == unit
    assert run("words", "pointsOf", text, unit) == point


# What is heard


def test_only_one_speaker_is_heard_round_their_words(run: Run) -> None:
    heard = run("listening", "stretchesOf", PREPARED, calls.RAY)
    turns = [turn for turn in calls.TURNS if turn.speaker == calls.RAY]
    assert [each["start"] for each in heard] == pytest.approx([turn.start - 0.2 for turn in turns])
    assert [each["end"] for each in heard] == pytest.approx([turn.end + 0.2 for turn in turns])


def test_pauses_between_all_are_left_out(run: Run) -> None:
    heard = run("listening", "stretchesOf", PREPARED)
    assert heard[0]["start"] == pytest.approx(0.8)
    between = [after["start"] - before["end"] for before, after in pairwise(heard)]
    assert len(heard) > 3
    assert all(pause > 0.4 for pause in between)


STRETCHES = [{"start": 2, "end": 4}, {"start": 8, "end": 9}]


@pytest.mark.parametrize(
    ("time", "loop", "stretches", "next_"),
    [
        *[(1, None, None, "on"), (3, None, STRETCHES, "on"), (5, None, STRETCHES, 8)],
        *[(0, None, STRETCHES, 2), (9.5, None, STRETCHES, "stop"), (1.97, None, STRETCHES, "on")],
        *[(6, (5, 7), None, "on"), (7, (5, 7), None, 5), (7.01, (5, 7), None, 5)],
        *[
            (4.5, (3, 7), STRETCHES, 3),
            (5.5, (5, 7), STRETCHES, "on"),
            (9.5, (8, 12), STRETCHES, 8),
        ],
    ],
)
def test_playing_goes_on_where_something_is_heard(
    run: Run,
    time: float,
    loop: tuple[float, float] | None,
    stretches: list[dict[str, float]] | None,
    next_: object,
) -> None:
    span = loop and {"start": loop[0], "end": loop[1]}
    assert run("listening", "goOn", time, {"loop": span, "stretches": stretches}) == next_


# The waveform

COLUMNS = """async ([bytes, channel, start, end, width]) => {
  const peaks = await import("/static/peaks.js");
  const read = peaks.parsePeaks(Uint8Array.from(bytes).buffer);
  return read && [...peaks.columns(read, channel, { start, end }, width)];
}"""


def columns(page: Page, data: bytes, channel: int | None, span: tuple[float, float]) -> Any:
    return page.evaluate(COLUMNS, [list(data), channel, *span, 4])


def test_peaks_are_reduced_channel_by_channel(modules: Page) -> None:
    high = np.array(
        [[10, 1], [127, 2], [30, 3], [40, 4], [50, 5], [60, 6], [70, 7], [80, 8]], np.int8
    )
    data = to_bytes(Waveform(-high, high))
    assert columns(modules, data, 0, (0, 0.08)) == pytest.approx([1, 40 / 127, 60 / 127, 80 / 127])
    assert columns(modules, data, 1, (0, 0.04)) == pytest.approx([n / 127 for n in (1, 2, 3, 4)])
    assert columns(modules, data, None, (0, 0.08))[0] == 1
    assert columns(modules, data, 5, (0, 0.08))[0] == 1  # no such channel: the loudest
    assert columns(modules, data, 0, (0, 0.16)) == pytest.approx([1, 80 / 127, 0, 0])


@pytest.mark.parametrize("data", [b"", b"short", struct.pack("<iIiiIi", 1, 1, 16_000, 160, 0, 1)])
def test_what_is_no_waveform_is_none(modules: Page, data: bytes) -> None:
    assert columns(modules, data, 0, (0, 1)) is None


def test_a_waveform_that_was_cut_off_is_none(modules: Page) -> None:
    one = np.ones((9, 2), np.int8)
    assert columns(modules, to_bytes(Waveform(-one, one))[:-1], 0, (0, 1)) is None


def test_columns_are_covered_that_a_span_touches(run: Run) -> None:
    spans = [{"start": 0.0, "end": 0.1}, {"start": 5, "end": 7}, {"start": 20, "end": 30}]
    covered = run("peaks", "covered", spans, {"start": 0, "end": 10}, 10)
    assert covered == [1, 0, 0, 0, 0, 1, 1, 0, 0, 0]


# Finding

FIND = """async ([texts, query]) => {
  const finding = await import("/static/finding.js");
  const found = finding.find(texts.map(finding.folded), query);
  return found.map(({ turn, start, end }) => texts[turn].slice(start, end));
}"""


@pytest.mark.parametrize(
    ("query", "found"),
    [
        *[("cafe", ["café", "Café"]), ("CAFÉ", ["café", "Café"]), ("it's", ["It’s"])],
        *[("  a   b ", ["a b"]), ("", []), (" ", []), ("nothing", []), ("🚲", ["🚲"])],
        *[("strasse", []), ("aa", ["aa", "aa"]), (".", [".", "."])],
    ],
)
def test_text_is_found_in_any_case_with_or_without_accents(
    modules: Page, query: str, found: list[str]
) -> None:
    texts = ["A café. Café", "It’s a b", "one 🚲 two.", "aaaaa", "Straße"]
    assert modules.evaluate(FIND, [texts, query]) == found


@pytest.mark.parametrize(
    ("place", "first"),
    [((0, 0), 0), ((0, 5), 1), ((1, 0), 1), ((2, 0), 2), ((2, 9), 0), ((9, 0), 0)],
)
def test_finding_begins_where_the_reader_is(run: Run, place: tuple[int, int], first: int) -> None:
    passages = [{"turn": t, "start": s, "end": s + 1} for t, s in ((0, 3), (1, 4), (2, 8))]
    at = {"turn": place[0], "start": place[1]}
    assert run("finding", "firstFrom", passages, at) == first
    assert run("finding", "firstFrom", [], at) == -1


# Keys


@pytest.mark.parametrize(
    ("pressed", "name"),
    [
        *[
            ({"key": "?", "shiftKey": True}, "?"),
            ({"key": "m"}, "m"),
            ({"key": "Z", "shiftKey": True}, "Z"),
        ],
        *[({"key": "z", "ctrlKey": True}, "Ctrl+z"), ({"key": "z", "metaKey": True}, "Ctrl+z")],
        *[({"key": "Z", "ctrlKey": True, "shiftKey": True}, "Ctrl+Shift+z")],
        *[({"key": "ArrowLeft", "shiftKey": True}, "Shift+ArrowLeft")],
        *[({"key": "ArrowLeft", "altKey": True}, "Alt+ArrowLeft")],
    ],
)
def test_keys_are_named_by_what_they_write(run: Run, pressed: dict[str, Any], name: str) -> None:
    event = {"ctrlKey": False, "metaKey": False, "altKey": False, "shiftKey": False, **pressed}
    assert run("keys", "nameOf", event) == name
