"""Marking: what is selected is kept at once, with its tags, a note, a star."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.browser.test_editing import PRICE, SELECT, opened, toasts
from tests.browser.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from pipeline.highlights import Highlight
    from tests.browser.conftest import Served

pytestmark = pytest.mark.browser

MARKS = "relisten.source.highlights"
FINE = "price was fine."
SAVED = "document.querySelector('.mark-sheet [role=status]').textContent === 'Saved'"


@pytest.fixture
def call(served: Served, page: Page) -> Page:
    """Return the page of the first recording, ready to be marked."""
    return opened(served, page)


def select(page: Page, turn: int, text: str) -> None:
    """Select a text in a turn."""
    start = page.evaluate(f"relisten.prepared.turns[{turn}].text").index(text)
    page.evaluate(SELECT, [turn, start, start + len(text)])


def marks(served: Served) -> list[Highlight]:
    """Return the marks as the library has them."""
    with served.library() as library:
        return list(library.highlights(served.first))


def marked(page: Page, turn: int = 3, text: str = FINE) -> None:
    """Mark a text by its key, and wait for its sheet."""
    select(page, turn, text)
    page.keyboard.press("m")
    page.locator(".mark-sheet").wait_for()


def test_what_is_selected_is_marked_with_tags_and_a_note(served: Served, call: Page) -> None:
    marked(call)
    assert call.locator(".mark-sheet .quoted").inner_text() == FINE
    assert [mark.text for mark in marks(served)] == [FINE, "The paper was not"]
    call.keyboard.type("price, bike type")
    call.keyboard.press("Enter")
    until(call, SAVED)
    call.keyboard.press("Tab")
    call.get_by_label("Note").fill("Ask for more")
    until(call, f"{MARKS}.some(({{ note }}) => note === 'Ask for more')")  # as it is typed
    call.get_by_role("button", name="Star").click()
    until(call, f"{MARKS}.some(({{ starred }}) => starred)")
    call.keyboard.press("Escape")
    kept = next(mark for mark in marks(served) if mark.text == FINE)
    assert (kept.tags, kept.note, kept.starred) == (("price", "bike type"), "Ask for more", True)
    assert call.evaluate("CSS.highlights.get('starred').size") == 1
    assert call.evaluate("CSS.highlights.get('marked').size") == 2
    call.get_by_role("tab", name="Marks").click()
    assert FINE in call.locator(".marks").inner_text()


def test_a_button_comes_to_what_is_selected_and_goes_with_it(call: Page) -> None:
    tools = call.get_by_role("group", name="What is selected")
    assert not tools.is_visible()
    select(call, 3, FINE)
    tools.get_by_role("button", name="Mark").click()
    call.locator(".mark-sheet").wait_for()
    assert call.locator(".mark-sheet .quoted").inner_text() == FINE
    call.keyboard.press("Escape")
    tools.wait_for(state="hidden")


def test_tags_that_were_used_are_suggested_as_one_types(served: Served, call: Page) -> None:
    marked(call)
    call.locator(".suggested .chip").wait_for()
    call.keyboard.type("pa")
    call.locator(".suggested").get_by_role("button", name="paper").click()
    until(call, SAVED)
    call.keyboard.type("wrong,")
    call.get_by_role("button", name="Take the tag wrong off").click()
    call.keyboard.type("typed but not entered")
    call.get_by_role("button", name="Done").click()
    until(call, f"{MARKS}.some(({{ tags }}) => tags.includes('typed but not entered'))")
    assert marks(served)[0].tags == ("paper", "typed but not entered")


def test_the_edges_of_a_mark_are_moved_by_words(served: Served, call: Page) -> None:
    marked(call)
    call.get_by_role("button", name="Begin a word earlier").click()
    call.get_by_role("button", name="End a word earlier").click()
    assert call.locator(".mark-sheet .quoted").inner_text() == "The price was"
    call.get_by_role("button", name="Done").click()
    until(call, f"{MARKS}.some(({{ text }}) => text === 'The price was')")
    kept = marks(served)[0]
    assert (kept.start, kept.end) == (15.0, 16.0)


def test_a_mark_is_heard_from_its_sheet(call: Page) -> None:
    marked(call)
    call.get_by_role("button", name="Hear it").click()
    until(call, "relisten.player.playing && relisten.player.time > 15.3")
    assert call.evaluate("relisten.player.loop") == pytest.approx({"start": 15.35, "end": 16.35})
    call.keyboard.press("Control+ ")
    until(call, "!relisten.player.playing")


def test_a_mark_is_taken_away_and_brought_back(served: Served, call: Page) -> None:
    call.locator("h1").click()
    call.keyboard.press("]")  # to the next mark
    call.keyboard.press("M")
    call.get_by_role("button", name="Remove").click()
    until(call, f"{MARKS}.length === 0")
    assert marks(served) == []
    call.keyboard.press("Control+z")
    until(call, f"{MARKS}.length === 1")
    kept = marks(served)[0]
    assert (kept.text, kept.tags, kept.note) == ("The paper was not,", ("paper",), "ask for more")


def test_all_that_was_done_to_a_mark_is_taken_back_step_by_step(served: Served, call: Page) -> None:
    marked(call)
    call.keyboard.press("Escape")
    call.evaluate("relisten.jump(15.5)")
    call.keyboard.press("*")
    until(call, f"{MARKS}.filter(({{ starred }}) => starred).length === 1")
    call.keyboard.press("Control+z")
    until(call, f"{MARKS}.every(({{ starred }}) => !starred) && {MARKS}.length === 2")
    call.keyboard.press("Control+z")
    until(call, f"{MARKS}.length === 1")
    assert [mark.text for mark in marks(served)] == ["The paper was not"]


def test_without_a_selection_the_turn_is_marked(served: Served, call: Page) -> None:
    call.locator("#turn-2").focus()
    call.keyboard.press("m")
    call.locator(".mark-sheet").wait_for()
    assert call.locator(".mark-sheet .quoted").inner_text() == PRICE
    call.keyboard.press("Escape")
    until(call, "document.activeElement.id === 'turn-2'")
    assert PRICE in [mark.text for mark in marks(served)]


def test_a_mark_is_edited_from_beside_the_text(served: Served, call: Page) -> None:
    call.get_by_role("tab", name="Marks").click()
    call.locator(".mark").get_by_role("button", name="Edit").click()
    note = call.get_by_label("Note")
    assert note.input_value() == "ask for more"
    note.fill("asked")
    until(call, SAVED)
    call.keyboard.press("Control+Enter")
    call.locator(".mark-sheet").wait_for(state="detached")
    assert marks(served)[0].note == "asked"
    assert "Undo" in toasts(call)


def test_a_note_is_not_lost_with_the_tab(served: Served, call: Page) -> None:
    call.get_by_role("tab", name="Marks").click()
    call.locator(".mark").get_by_role("button", name="Edit").click()
    call.route("**/api/highlights/**", lambda route: route.abort())
    call.get_by_label("Note").fill("asked, and asked again")
    until(
        call,
        "document.querySelector('.mark-sheet [role=status]').textContent.includes('Not saved yet')",
    )
    call.unroute("**/api/highlights/**")
    call.evaluate("desk.sending.tryNow = () => {}")
    call.reload()
    until(call, "globalThis.desk")
    call.get_by_role("tab", name="Marks").click()
    call.locator(".mark").get_by_role("button", name="Edit").click()
    assert call.get_by_label("Note").input_value() == "asked, and asked again"
    until(call, f"{MARKS}[0].note === 'asked, and asked again'")


def test_what_two_do_to_one_mark_is_put_together(served: Served, call: Page) -> None:
    call.get_by_role("tab", name="Marks").click()
    call.locator(".mark").get_by_role("button", name="Edit").click()
    (mark,) = marks(served)
    with served.library() as library:
        theirs = lambda stood: replace(stood, tags=("paper", "theirs"), note="their note")  # noqa: E731
        library.change_highlight(served.first, mark.number, mark.changed_at, theirs)
    call.keyboard.type("mine,")
    until(call, f"{MARKS}[0].tags.length === 3")
    assert marks(served)[0].tags == ("paper", "theirs", "mine")
    (mark,) = marks(served)
    assert mark.note == "their note"


def test_of_two_notes_a_person_chooses(served: Served, call: Page) -> None:
    call.evaluate("desk.noticing.look = async () => {}")
    call.get_by_role("tab", name="Marks").click()
    call.locator(".mark").get_by_role("button", name="Edit").click()
    (mark,) = marks(served)
    with served.library() as library:
        theirs = lambda stood: replace(stood, note="their note")  # noqa: E731
        library.change_highlight(served.first, mark.number, mark.changed_at, theirs)
    call.get_by_label("Note").fill("my note")
    keep = call.get_by_role("button", name="Keep mine")
    keep.wait_for()
    assert "their note" in call.locator(".mark-sheet footer").inner_text()
    assert marks(served)[0].note == "their note"
    keep.click()
    until(call, f"{MARKS}[0].note === 'my note'")


def test_every_key_of_marking_is_in_the_table(call: Page) -> None:
    call.keyboard.press("?")
    shown = call.locator("dialog.keys").inner_text()
    for said in ("Mark what is selected", "Tags, note and star", "To the next mark"):
        assert said in shown
