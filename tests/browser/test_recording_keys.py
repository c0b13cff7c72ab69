"""Every key of the page of a recording, and the table in which they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Served

pytestmark = pytest.mark.browser

# What is done first, the key, and what is true then. It opens at 12.0 s, where turn 2 begins.
PRESSED = [
    ("", "Space", "relisten.player.playing"),
    ("relisten.player.play()", "k", "!relisten.player.playing"),
    ("", "ArrowLeft", "relisten.player.time === 9"),
    ("", "b", "relisten.player.time === 9"),
    ("", "ArrowRight", "relisten.player.time === 15"),
    ("", "Shift+ArrowRight", "Math.abs(relisten.player.time - 12.35) < 0.001"),
    ("", ".", "Math.abs(relisten.player.time - 12.35) < 0.001"),
    ("", "Shift+ArrowLeft", "Math.abs(relisten.player.time - 9.9) < 0.001"),
    ("", ",", "Math.abs(relisten.player.time - 9.9) < 0.001"),
    ("", "-", "relisten.player.rate === 0.9"),
    ("", "<", "relisten.player.rate === 0.9"),
    ("", "+", "relisten.player.rate === 1.1"),
    ("", ">", "relisten.player.rate === 1.1"),
    ("relisten.player.setRate(2)", "=", "relisten.player.rate === 1"),
    ("", "l", "relisten.player.loop?.start === 12 && relisten.player.playing"),
    ("relisten.player.setLoop({ start: 12, end: 14 })", "l", "relisten.player.loop === null"),
    ("", "s", "relisten.player.skipping"),
    ("relisten.setSkipping(true)", "s", "!relisten.player.skipping"),
    ("", "o", "relisten.player.only === 'Nora'"),
    ("relisten.setOnly('Ray')", "o", "relisten.player.only === null"),
    ("", "v", "document.querySelector('#volumes').matches(':popover-open')"),
    ("", "w", "document.querySelector('#said-aloud').textContent === '12 seconds of 48 seconds'"),
    ("", "z", "relisten.waveform.shown.end - relisten.waveform.shown.start === 20"),
    ("relisten.waveform.zoom()", "z", "relisten.waveform.shown.end === 48"),
    ("", "j", "relisten.transcript.focused === 3"),
    ("", "h", "relisten.transcript.focused === 1"),
    (
        "relisten.transcript.focus(5)",
        "Enter",
        "relisten.player.playing && relisten.player.time >= 28",
    ),
    ("", "t", "!relisten.scrolling.following"),
    ("relisten.scrolling.setFollowing(false)", "t", "relisten.scrolling.following"),
    ("", "c", "location.hash === '#t=0:12'"),
    ("", "i", "getComputedStyle(relisten.side).display === 'none'"),
    ("relisten.toggleBeside()", "i", "document.activeElement.dataset.tab === 'names'"),
    ("", "?", "document.querySelector('dialog.keys').open"),
    ("", "f", "document.activeElement === relisten.finder.input"),
    ("", "/", "document.activeElement === relisten.finder.input"),
    ("find('price')", "n", "relisten.finder.count.textContent === '2 of 4'"),
    ("find('price')", "p", "relisten.finder.count.textContent === '4 of 4'"),
    ("topic()", "n", "document.querySelector('.mention .count').textContent === '2 of 4'"),
    ("topic()", "p", "document.querySelector('.mention .count').textContent === '4 of 4'"),
    ("", "q", "Math.abs(relisten.player.time - 33) < 0.001"),
    ("find('price')", "Escape", "relisten.finder.element.hidden"),
    ("topic()", "Escape", "CSS.highlights.get('sought').size === 0"),
    ("relisten.player.setLoop({ start: 12, end: 14 })", "Escape", "relisten.player.loop === null"),
]
FIRST = """
  globalThis.find = (text) => {
    relisten.finder.open();
    relisten.finder.input.value = text;
    relisten.finder.input.dispatchEvent(new Event("input"));
    relisten.finder.input.blur();
  };
  globalThis.topic = () => {
    relisten.beside.open("topics");
    relisten.player.seek(12.5);
    document.querySelector(".mention").click();
    document.activeElement.blur();
  };
  null
"""

AS_BEFORE = """() => {
  relisten.clear();
  relisten.player.pause();
  relisten.player.setLoop(null);
  relisten.player.setRate(1);
  relisten.player.setOnly(null);
  relisten.player.setSkipping(false);
  document.querySelector("dialog[open]")?.close();
  document.querySelector(":popover-open")?.hidePopover();
  if (getComputedStyle(relisten.side).display === "none") relisten.toggleBeside();
  while (relisten.waveform.window) relisten.waveform.zoom();
  relisten.scrolling.setFollowing(true);
  relisten.jump(12);
  document.activeElement.blur();
}"""


@pytest.fixture
def opened(served: Served, page: Page) -> Page:
    """Return the page of the call, open at the beginning of a turn."""
    served.open_call(page, "#t=0:12")
    until(page, "globalThis.desk")  # which brings keys of its own
    page.evaluate(FIRST)
    page.evaluate("document.activeElement.blur()")
    return page


def test_every_key_does_what_it_says(opened: Page) -> None:
    failed = []
    for first, key, then in PRESSED:
        opened.evaluate(AS_BEFORE)
        opened.evaluate(first or "null")
        opened.keyboard.press(key)
        if not opened.evaluate(
            f"new Promise((done) => setTimeout(() => done(Boolean({then})), 60))"
        ):
            failed.append((first, key, then))
    assert failed == []


def test_the_keys_that_are_tested_are_all_there_are_to_read_and_hear(opened: Page) -> None:
    known = opened.evaluate(
        """[...relisten.keys.table]
        .filter((entry) => ["Hear", "Read", "Find"].includes(entry.group))
        .flatMap((entry) => entry.keys)"""
    )
    assert {" " if key == "Space" else key for _, key, _ in PRESSED} == set(known)
    assert len(known) == len(set(known))


def test_the_table_of_keys_shows_each_with_what_it_does(opened: Page) -> None:
    opened.keyboard.press("?")
    dialog = opened.get_by_role("dialog", name="Keys")
    shown = dialog.locator("dt, dd").all_inner_texts()
    assert "Space or k" in shown
    assert shown[shown.index("Space or k") + 1] == "Play or pause"
    count = opened.evaluate("relisten.keys.table.size")
    assert dialog.locator("dt").count() == count
    opened.keyboard.press("k")
    assert not opened.evaluate("relisten.player.playing")
    opened.keyboard.press("Escape")
    until(opened, "!document.querySelector('dialog.keys')")


def test_keys_work_on_what_is_heard_once_the_sound_has_gone_on(opened: Page) -> None:
    current = "relisten.transcript.current"
    opened.evaluate("relisten.transcript.focus(1)")
    assert opened.evaluate(current) == 1
    opened.evaluate("relisten.jump(relisten.prepared.turns[5].start + 0.1)")
    until(opened, f"{current} === 5")
    assert opened.evaluate("relisten.transcript.focused") == 1
    opened.keyboard.press("h")
    assert opened.evaluate(f"[{current}, relisten.transcript.focused]") == [4, 4]


def test_it_goes_on_from_the_turn_with_the_focus_by_itself(opened: Page) -> None:
    opened.evaluate("relisten.jump(relisten.prepared.turns[0].end - 0.2)")
    opened.evaluate("relisten.transcript.focus(0)")
    opened.evaluate("relisten.player.toggle()")
    until(opened, "relisten.transcript.spoken > 0")
    assert opened.evaluate("relisten.transcript.current === relisten.transcript.spoken")
    opened.evaluate("relisten.transcript.focus(3)")
    assert opened.evaluate("relisten.transcript.current") == 3


def test_the_escape_key_closes_the_volumes(opened: Page) -> None:
    opened.keyboard.press("v")
    volumes = opened.locator("#volumes")
    volumes.wait_for()
    opened.keyboard.press("Escape")
    volumes.wait_for(state="hidden")


def test_what_is_typed_is_no_key(opened: Page) -> None:
    opened.keyboard.press("f")
    opened.keyboard.type("skip k")
    assert opened.evaluate("relisten.finder.input.value") == "skip k"
    assert opened.evaluate("[relisten.player.playing, relisten.player.skipping]") == [False, False]


def test_a_button_that_has_the_focus_keeps_its_keys(opened: Page) -> None:
    opened.get_by_role("button", name="Skip pauses").focus()
    opened.keyboard.press("Space")
    assert opened.evaluate("[relisten.player.playing, relisten.player.skipping]") == [False, True]


def test_keys_with_alt_or_ctrl_are_the_browsers(opened: Page) -> None:
    opened.keyboard.press("Control+k")
    opened.keyboard.press("Alt+s")
    assert opened.evaluate("[relisten.player.playing, relisten.player.skipping]") == [False, False]


def test_a_key_that_is_added_works_and_is_shown_until_it_is_taken_out(opened: Page) -> None:
    opened.evaluate(
        """globalThis.take = relisten.keys.add({ keys: ["y"], said: "Say yes", group: "Test",
        does: () => { globalThis.yes = (globalThis.yes ?? 0) + 1; } }); null"""
    )
    opened.keyboard.press("y")
    opened.keyboard.press("?")
    assert opened.locator("dialog.keys dd", has_text="Say yes").count() == 1
    opened.keyboard.press("Escape")
    opened.evaluate("take()")
    opened.keyboard.press("y")
    assert opened.evaluate("yes") == 1


def test_the_slider_of_the_waveform_is_moved_by_keys(opened: Page) -> None:
    slider = opened.get_by_role("slider", name="Place in the recording")
    slider.focus()
    opened.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext") == "0 seconds"
    opened.keyboard.press("PageUp")
    until(opened, "relisten.player.time === 10")
    opened.keyboard.press("End")
    until(opened, "relisten.player.time === 48")
    assert slider.get_attribute("aria-valuetext") == "48 seconds"
