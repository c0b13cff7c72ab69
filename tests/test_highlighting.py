"""Highlights over the library: made with their words, found by tag and star, written as quotes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import Changed, NotFound, RelistenError, UsageError
from pipeline.highlighting import (
    LONGEST_NOTE,
    LONGEST_TAG,
    MOST_TAGS,
    TagCount,
    Which,
    all_tags,
    changed,
    highlighted,
    marked,
    tidy_tags,
    write_quotes,
)
from pipeline.highlights import Highlight
from tests.libraries import fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.library import Library

ID, OTHER = "ab" * 32, "cd" * 32
CALL = recording(ID, project="acme", duration=20.0)
SECOND = recording(OTHER, title="Second call", recorded_at="2026-08-01T10:00:00")


@pytest.fixture
def full(library: Library) -> Library:
    """Return a library of two calls."""
    fill(
        library,
        CALL,
        turn("we pay four hundred dollars", "Ann", 1.0),
        turn("and why is that", "Ben", 5.0),
    )
    fill(library, SECOND, turn("it is too expensive", "Cy", 1.0))
    return library


def wanted(start: float, end: float, *tags: str, starred: bool = False) -> Highlight:
    return Highlight(start, end, 0, "", tags, starred=starred)


def test_what_is_marked_keeps_the_words_that_stand_there(full: Library) -> None:
    kept = marked(full, CALL, wanted(1.6, 2.5, " Pricing ", "pricing,  Pain"))
    assert (kept.text, kept.tags, kept.number) == ("four hundred dollars", ("Pricing", "Pain"), 1)


def test_what_is_shown_is_what_the_transcript_says_now_and_who_says_it(full: Library) -> None:
    marked(full, CALL, wanted(1.0, 6.2))
    full.store_turns(
        ID,
        [turn("we pay five hundred dollars", "Ann Lee", 1.0), turn("and why", "Ben", 5.0)],
        full.made(ID)["attribute"],
    )
    (found,) = highlighted(full, Which())
    assert found.highlight.text == "we pay four hundred dollars and why is that"
    assert (found.text, found.speaker) == ("we pay five hundred dollars and why", "Ann Lee, Ben")
    assert [(each.turn, each.start_char, each.end_char) for each in found.places] == [
        (0, 0, 27),
        (1, 0, 7),
    ]
    assert (found.title, found.recorded_at, found.project) == (
        "First call",
        "2026-09-01T10:00:00",
        "acme",
    )


def test_they_are_listed_by_the_date_of_the_call_and_then_by_time(full: Library) -> None:
    marked(full, CALL, wanted(5.0, 6.2))
    marked(full, CALL, wanted(1.0, 2.0))
    marked(full, SECOND, wanted(1.0, 2.0))
    assert [(each.title, each.highlight.start) for each in highlighted(full, Which())] == [
        ("Second call", 1.0),
        ("First call", 1.0),
        ("First call", 5.0),
    ]


@pytest.mark.parametrize(
    ("which", "numbers"),
    [
        (Which(), [1, 1, 2]),
        (Which(tags=("PRICING",)), [1, 2]),
        (Which(tags=("pricing", "pain")), [2]),
        (Which(starred=True), [1]),
        (Which(recording="second call"), [1]),
        (Which(project="ACME"), [1, 2]),
        (Which(tags=("nothing",)), []),
    ],
)
def test_they_are_found_by_tags_star_recording_and_project(
    full: Library, which: Which, numbers: list[int]
) -> None:
    marked(full, CALL, wanted(1.0, 2.0, "Pricing"))
    marked(full, CALL, wanted(5.0, 6.0, "pricing", "Pain"))
    marked(full, SECOND, wanted(1.0, 2.0, "other", starred=True))
    assert [each.highlight.number for each in highlighted(full, which)] == numbers


def test_a_recording_that_there_is_not_is_told_of(full: Library) -> None:
    with pytest.raises(NotFound, match="no recording goes by 'third'"):
        highlighted(full, Which(recording="third"))


def test_tags_are_counted_in_the_spelling_that_most_have(full: Library) -> None:
    for start, tags in ((1.0, ("Pain",)), (1.5, ("pain", "price")), (1.7, ("Pain",))):
        marked(full, CALL, wanted(start, 2.0, *tags))
    assert all_tags(full) == (TagCount("Pain", 3), TagCount("price", 1))


@pytest.mark.parametrize(("start", "end"), [(3.0, 3.0), (25.0, 30.0), (1.0, 21.5)])
def test_a_passage_lies_in_its_recording(full: Library, start: float, end: float) -> None:
    with pytest.raises(UsageError, match="is no passage of First call, which is 00:20 long"):
        marked(full, CALL, wanted(start, end))
    assert full.highlighted() == {}


def test_the_end_of_a_recording_may_be_rounded(full: Library) -> None:
    assert marked(full, CALL, wanted(5.0, 20.9)).end == 20.0


def test_a_silence_may_be_marked_too(full: Library) -> None:
    assert marked(full, CALL, wanted(8.0, 12.0)).text == ""
    (found,) = highlighted(full, Which())
    assert (found.text, found.speaker, found.said) == ("", None, ())


def test_too_many_or_too_long_tags_and_notes_are_refused() -> None:
    assert tidy_tags(["x" * LONGEST_TAG]) == ("x" * LONGEST_TAG,)
    with pytest.raises(UsageError, match="a tag has 80 characters at most"):
        tidy_tags(["x" * (LONGEST_TAG + 1)])
    with pytest.raises(UsageError, match="30 tags at most; these are 31"):
        tidy_tags([str(n) for n in range(MOST_TAGS + 1)])


def test_a_note_that_is_too_long_is_refused(full: Library) -> None:
    note = "x" * (LONGEST_NOTE + 1)
    with pytest.raises(UsageError, match="5000 characters at most; this has 5001"):
        marked(full, CALL, replace(wanted(1.0, 2.0), note=note))


def test_a_note_is_changed_without_a_look_at_the_words(full: Library) -> None:
    was = marked(full, CALL, wanted(1.0, 2.0))
    full.store_turns(ID, [turn("all new", "Ann", 1.0)], full.made(ID)["attribute"])
    now = changed(full, CALL, 1, was.changed_at, lambda each: replace(each, note=" so "))
    assert (now.note, now.text) == ("so", was.text)


def test_one_that_is_moved_has_the_words_of_its_new_place(full: Library) -> None:
    was = marked(full, CALL, wanted(1.0, 2.0))
    now = changed(full, CALL, 1, was.changed_at, lambda each: replace(each, start=5.0, end=6.2))
    assert (now.start, now.text) == (5.0, "and why is that")
    with pytest.raises(Changed):
        changed(full, CALL, 1, was.changed_at, lambda each: replace(each, note="late"))


def test_quotes_are_written_by_the_kind_that_the_name_tells(full: Library, tmp_path: Path) -> None:
    marked(full, CALL, wanted(1.0, 2.0))
    found = highlighted(full, Which())
    for name, begins in (("q.md", "# Highlights"), ("q.CSV", "\ufeffquote,")):
        write_quotes(found, tmp_path / name)
        assert (tmp_path / name).read_bytes().decode("utf-8").startswith(begins)
    with pytest.raises(UsageError, match=r"quotes are written as \.md or \.csv"):
        write_quotes(found, tmp_path / "q.docx")
    with pytest.raises(RelistenError, match="cannot be written there"):
        write_quotes(found, tmp_path / "nowhere" / "q.md")


def test_a_file_that_is_there_is_written_over_only_when_asked(
    full: Library, tmp_path: Path
) -> None:
    path = tmp_path / "q.md"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="it exists already"):
        write_quotes(highlighted(full, Which()), path)
    assert path.read_text(encoding="utf-8") == "mine"
    write_quotes(highlighted(full, Which()), path, force=True)
    assert path.read_text(encoding="utf-8") == "# Highlights\n"
