"""What the pages that list things work out without a page: queries, what is heard, how far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import Served, serving
from tests.browser.looking import called

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def at(chromium: Browser, ready_library: Path) -> Iterator[Page]:
    """Open one page for all: nothing here changes it."""
    with serving(ready_library) as running:
        page = chromium.new_page()
        Served(running.address, running.folder).visit(page, "/")
        yield page
        page.close()


@pytest.mark.parametrize(
    ("query", "fields", "rest"),
    [
        ("", True, ""),
        ("price", False, "price"),
        ("project:acme", True, "project:acme"),
        ('speaker:"cara diaz" -tag:pilot', True, 'speaker:"cara diaz" -tag:pilot'),
        ("project:", True, ""),
        ("price speaker:", False, "price"),
        ("is:question", False, "is:question"),
        ("12:30 price", False, "12:30 price"),
        ('"project:acme"', False, '"project:acme"'),
        ("speaker:Ann,Ben", True, "speaker:Ann,Ben"),
    ],
)
def test_fields_are_told_from_words(at: Page, query: str, fields: bool, rest: str) -> None:
    assert called(at, "searching.js", "ready", query) == rest
    assert called(at, "searching.js", "isOnlyFields", rest) is fields


@pytest.mark.parametrize(
    ("query", "name", "value", "after"),
    [
        ("", "project", "acme", "project:acme"),
        ("price", "speaker", "Cara Diaz", 'price speaker:"Cara Diaz"'),
        ("price speaker:Ann", "speaker", "Ben", "price speaker:Ann,Ben"),
        ("speaker:Ann,Ben x", "speaker", "ann", "speaker:Ben x"),
        ("project:ACME price", "project", "acme", "price"),
        ("tag:été", "tag", "ete", ""),
        ("after:2026-01-01 x", "after", "2026-02-02", "x after:2026-02-02"),
        ("-tag:pilot", "tag", "pilot", "-tag:pilot tag:pilot"),
        ("since:2026", "after", "2026", ""),
        ("", "tag", "a:b", 'tag:"a:b"'),
    ],
)
def test_a_field_is_put_in_or_taken_out(
    at: Page, query: str, name: str, value: str, after: str
) -> None:
    assert called(at, "searching.js", "toggled", query, name, value) == after


@pytest.mark.parametrize(
    ("snippet", "parts"),
    [
        ("the **price** was", [("the ", False), ("price", True), (" was", False)]),
        ("**all**", [("all", True)]),
        ("none", [("none", False)]),
        ("one ** alone", [("one ** alone", False)]),
    ],
)
def test_what_was_found_is_marked(at: Page, snippet: str, parts: list[tuple[str, bool]]) -> None:
    found = called(at, "searching.js", "marked", snippet)
    assert [(each["text"], each["found"]) for each in found] == parts


WORDS = [
    {"text": text, "spaced": True, "start": float(place), "end": place + 0.9}
    for place, text in enumerate(["we", "pay", "the", "price", "a", "month", "now"])
]


@pytest.mark.parametrize(
    ("snippet", "span"),
    [
        ("we pay the **price** a month now", (0.0, 6.9)),
        ("... pay the **price** ...", (1.0, 3.9)),
        ("we pay ...", (0.0, 1.9)),
        ("something else", None),
    ],
)
def test_what_is_read_of_a_hit_is_what_is_heard(
    at: Page, snippet: str, span: tuple[float, float] | None
) -> None:
    found = called(at, "hits.js", "spanOf", snippet, WORDS)
    assert (found and (found["start"], found["end"])) == span


@pytest.mark.parametrize(
    ("batch", "said"),
    [
        ({"stage": "listen", "done": 5, "total": 10}, "finding voices 50 %"),
        ({"stage": "", "done": 0, "total": 0}, "beginning"),
        ({"stage": "copy", "done": 1, "total": 3, "left": 30}, "33 % · about a minute left"),
        ({"stage": "speakers", "done": 9, "total": 9, "left": 4000}, "about 1 h 7 min left"),
        ({"stage": "other", "done": 1, "total": 2, "files": 4}, "1 of 4 · other"),
    ],
)
def test_how_far_a_batch_is_is_said_in_words(at: Page, batch: dict[str, Any], said: str) -> None:
    whole = {"files": 1, "files_done": 0, "left": None, **batch}
    assert said in called(at, "importing.js", "stateOf", whole)


@pytest.mark.parametrize(
    ("typed", "tags"),
    [
        ("", []),
        (" , ,", []),
        ("price, q3", ["price", "q3"]),
        ("Price,price ,  long   name", ["price", "long name"]),
    ],
)
def test_tags_are_read_as_they_are_typed(at: Page, typed: str, tags: list[str]) -> None:
    assert called(at, "quoting.js", "tagsIn", typed) == tags


def marked(number: int, *tags: str, recording: str = "a") -> dict[str, Any]:
    highlight = {"number": number, "start": 1, "end": 2, "tags": tags}
    day = {"title": f"Call {recording}", "recorded_at": "2026-09-01T10:00:00"}
    return {"recording_id": recording, "highlight": highlight, "speaker": None, **day}


def groups(at: Page, name: str, highlights: list[dict[str, Any]]) -> list[tuple[str, list[int]]]:
    found = called(at, "quoting.js", name, highlights)
    return [(title, [each["highlight"]["number"] for each in own]) for title, own in found]


def test_highlights_are_grouped_by_their_tags_the_untagged_last(at: Page) -> None:
    given = [marked(1, "price", "q3"), marked(2), marked(3, "price")]
    found = [("price", [1, 3]), ("q3", [1]), ("Without a tag", [2])]
    assert groups(at, "byTag", given) == found
    assert groups(at, "byTag", [marked(1)]) == [("", [1])]
    assert groups(at, "byTag", []) == []


def test_highlights_are_grouped_by_their_recordings_in_order(at: Page) -> None:
    given = [marked(1, recording="b"), marked(1, recording="a"), marked(2, recording="b")]
    found = [("Call b, 1 September 2026", [1, 2]), ("Call a, 1 September 2026", [1])]
    assert groups(at, "byRecording", given) == found


def entry(title: str, day: int, duration: float, project: str | None = None) -> dict[str, Any]:
    known = {"title": title, "recorded_at": f"2026-09-{day:02}", "duration": duration}
    return {"recording": {**known, "project": project}, "state": "done"}


@pytest.mark.parametrize(
    ("by", "down", "titles"),
    [
        ("date", True, "c b A"),
        ("date", False, "A b c"),
        ("title", False, "A b c"),
        ("length", True, "b c A"),
        ("project", False, "b c A"),
        ("state", False, "c b A"),
    ],
)
def test_recordings_are_put_in_order(at: Page, by: str, down: bool, titles: str) -> None:
    given = [entry("A", 1, 5), entry("b", 2, 9, "acme"), entry("c", 3, 5, "Beta")]
    found = called(at, "recordings.js", "ordered", given, {"by": by, "down": down})
    assert " ".join(each["recording"]["title"] for each in found) == titles


@pytest.mark.parametrize(
    ("name", "taken"),
    [("a.wav", True), ("A.WAV", True), ("a.txt", False), (".wav", False), ("wav", False)],
)
def test_files_are_told_by_their_endings(at: Page, name: str, taken: bool) -> None:
    found = called(at, "importing.js", "sorted", [{"name": name}], [".wav", ".mp3"])
    assert [bool(found["taken"]), bool(found["refused"])] == [taken, not taken]


def test_a_reason_is_told_without_the_path_of_its_file(at: Page) -> None:
    failed = {"path": "/calls/a.wav", "name": "a.wav", "reason": "/calls/a.wav: it is empty."}
    assert called(at, "importing.js", "reasonOf", failed) == "It is empty."
    assert called(at, "importing.js", "reasonOf", {**failed, "reason": "no."}) == "No."
