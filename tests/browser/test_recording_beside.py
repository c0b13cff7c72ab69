"""Beside the text of a recording, in it and under it: names, finding, the waveform."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import calls
from tests.browser.test_recording import painted, time_of
from tests.browser.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Served

pytestmark = pytest.mark.browser

# What stands on the waveform's canvas: how many pixels are drawn in each quarter of its lanes.
DRAWN = """async () => {
  await new Promise((ready) => requestAnimationFrame(() => requestAnimationFrame(ready)));
  const { canvas } = relisten.waveform;
  const pixels = (x, y, width, height) => {
    const { data } = canvas.getContext("2d").getImageData(x, y, width, height);
    return data.filter((value, place) => place % 4 === 3 && value > 200).length;
  };
  const lane = (canvas.height - 9) / 2;
  const quarter = canvas.width / 4;
  const drawn = (n) => (q) => pixels(q * quarter, 9 + n * lane, quarter, lane);
  return [0, 1].map((n) => [0, 1, 2, 3].map(drawn(n)));
}"""
MARKS = """async () => {
  await new Promise((ready) => requestAnimationFrame(() => requestAnimationFrame(ready)));
  const { canvas } = relisten.waveform;
  const { data } = canvas.getContext("2d").getImageData(0, 2, canvas.width, 1);
  const drawn = [];
  for (let x = 0; x < canvas.width; x += 1) if (data[4 * x + 3]) drawn.push(48 * x / canvas.width);
  return drawn;
}"""


# Names, topics, questions, marks


def test_a_name_leads_to_each_of_its_mentions_in_turn(served: Served, page: Page) -> None:
    served.open_call(page)
    name = page.get_by_role("button", name="Colin, 2 mentions")
    first, second = 28 + 3 * calls.STEP, 28 + 5 * calls.STEP
    for count, time in [("1 of 2", first), ("2 of 2", second), ("1 of 2", first)]:
        name.click()
        assert name.locator(".count").inner_text() == count
        assert time_of(page) == pytest.approx(time)
    assert painted(page, "sought") == ["Colin", "Colin"]
    assert painted(page, "sought-now") == ["Colin"]
    name.click(modifiers=["Shift"])
    assert name.locator(".count").inner_text() == "2 of 2"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ([["annotate", {}]], "No names were found in this recording."),
        ([], "This recording's names have not been looked for yet."),
    ],
)
def test_nothing_found_is_not_nothing_looked_for(
    served: Served, page: Page, made: list[object], said: str
) -> None:
    served.open_call(page)
    page.evaluate(
        """(made) => relisten.update({
          ...relisten.source,
          contents: { ...relisten.source.contents, entities: [], made },
        })""",
        made,
    )
    assert page.locator(".beside .nothing").inner_text() == said


def test_names_stand_under_what_they_are(served: Served, page: Page) -> None:
    served.open_call(page)
    groups = page.evaluate(
        """[...document.querySelectorAll(".tab-body section")].map((section) => [
        section.querySelector("h2").textContent,
        ...[...section.querySelectorAll(".name")].map((name) => name.textContent)])"""
    )
    assert groups == [
        ["People", "Colin", "Ray"],
        ["Companies and groups", "Fernhop"],
        ["Places", "Duluth"],
        ["Sums and shares", "$450"],
    ]
    assert painted(page, "name") == ["Ray", "Fernhop", "Duluth", "$450", "Colin", "Colin"]


def test_the_next_mention_is_the_one_after_what_is_played(served: Served, page: Page) -> None:
    served.open_call(page, "#t=0:20")
    page.get_by_role("tab", name="Topics").click()
    page.get_by_role("button", name="price, 4 mentions").click()
    assert time_of(page) == pytest.approx(33 + 4 * calls.STEP)


def test_questions_lead_to_where_they_are_asked_and_answered(served: Served, page: Page) -> None:
    served.open_call(page)
    page.get_by_role("tab", name="Questions").click()
    page.get_by_role("button", name="What did the price mean to you?").click()
    assert time_of(page) == pytest.approx(12)
    page.get_by_role("button", name="Answer 0:36").click()
    assert time_of(page) == pytest.approx(36)


def test_marks_show_their_words_tags_and_note(served: Served, page: Page) -> None:
    served.open_call(page)
    page.get_by_role("tab", name="Marks").click()
    mark = page.locator(".mark")
    assert mark.locator("q").inner_text() == "The paper was not,"
    assert "ask for more" in mark.inner_text()
    assert mark.locator(".chip").all_inner_texts() == ["paper"]
    mark.locator(".quote").click()
    assert time_of(page) == pytest.approx(15 + 4 * calls.STEP)
    assert painted(page, "marked") == ["The paper was not,"]


def test_tabs_are_moved_through_by_arrows(served: Served, page: Page) -> None:
    served.open_call(page)
    page.get_by_role("tab", name="Names").focus()
    page.keyboard.press("ArrowLeft")
    assert page.get_by_role("tab", name="Marks").get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("tab", name="Names").evaluate("tab => tab === document.activeElement")


def test_on_a_small_screen_it_is_opened_over_the_text(served: Served, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    served.open_call(page)
    aside = page.get_by_role("complementary", name="Beside the text")
    assert not aside.is_visible()
    page.get_by_role("button", name="Names, topics, questions, marks").click()
    assert aside.is_visible()
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("tab", name="Topics").click()
    price = page.get_by_role("button", name="price, 4 mentions")
    for _ in range(4):
        price.click()
        seen = page.evaluate(
            "relisten.rangeOf(relisten.paint.passages('sought-now')[0])"
            ".getBoundingClientRect().bottom"
        )
        box = aside.bounding_box()
        assert box
        assert 52 < seen < box["y"]


# Finding


def test_text_is_found_as_it_is_typed_and_gone_through(served: Served, page: Page) -> None:
    served.open_call(page)
    page.get_by_role("button", name="Find in the text").click()
    page.keyboard.type("PRICE")
    count = page.locator(".finder .count")
    assert count.inner_text() == "1 of 4"
    assert painted(page, "found") == ["price"] * 4
    page.keyboard.press("Enter")
    assert count.inner_text() == "2 of 4"
    assert time_of(page) == pytest.approx(15 + calls.STEP)
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    assert count.inner_text() == "4 of 4"
    page.keyboard.press("Escape")
    assert painted(page, "found") == []
    assert page.evaluate("relisten.transcript.focused") == 7


def test_an_accent_need_not_be_typed_and_what_is_not_there_is_said(
    served: Served, page: Page
) -> None:
    served.open_call(page)
    page.keyboard.press("f")
    page.keyboard.type("cafe")
    assert painted(page, "found-now") == ["café"]
    page.keyboard.type("x")
    assert page.locator(".finder .count").inner_text() == "No match"
    assert painted(page, "found") == []
    assert page.locator("#said-aloud").inner_text() == "No match"


def test_finding_leaves_alone_what_plays(served: Served, page: Page) -> None:
    served.open_call(page)
    page.evaluate("relisten.player.play()")
    until(page, "relisten.player.time > 0.1")
    page.keyboard.press("f")
    page.keyboard.type("twice")
    assert time_of(page) < 30
    assert page.evaluate("relisten.player.playing")


def test_what_is_selected_is_sought(served: Served, page: Page) -> None:
    served.open_call(page)
    page.evaluate(
        "document.getSelection().addRange(relisten.rangeOf({ turn: 3, start: 4, end: 9 }))"
    )
    page.keyboard.press("f")
    assert page.locator(".finder input").input_value() == "price"
    assert page.locator(".finder .count").inner_text() == "2 of 4"


# The waveform


def test_each_speaker_has_a_lane_of_what_they_say(served: Served, page: Page) -> None:
    served.open_call(page)
    until(page, "relisten.waveform.peaks")
    nora, ray = page.evaluate(DRAWN)
    assert nora[0] > 0  # from 1 s
    assert ray[0] > 0  # from 5 s
    assert nora[2] > 0  # 33 s
    assert nora[3] == 0  # nothing after 36 s
    assert ray[3] > nora[2]


def test_marks_and_what_was_found_stand_above_the_lanes(served: Served, page: Page) -> None:
    served.open_call(page)
    marked = page.evaluate(MARKS)
    assert min(marked) == pytest.approx(15 + 4 * calls.STEP, abs=0.2)
    assert max(marked) == pytest.approx(15 + 8 * calls.STEP, abs=0.3)
    page.keyboard.press("f")
    page.keyboard.type("duluth")
    assert min(page.evaluate(MARKS)) == pytest.approx(5 + 8 * calls.STEP, abs=0.2)


def test_a_click_on_the_waveform_goes_there_and_a_drag_scrubs(served: Served, page: Page) -> None:
    served.open_call(page)
    box = page.locator(".slider").bounding_box()
    assert box
    middle, across = box["y"] + box["height"] / 2, box["width"]
    page.mouse.click(box["x"] + across / 2, middle)
    assert time_of(page) == pytest.approx(24, abs=0.1)
    page.mouse.down()
    page.mouse.move(box["x"] + across / 4, middle, steps=4)
    page.mouse.up()
    assert time_of(page) == pytest.approx(12, abs=0.1)
    assert page.locator(".slider .bubble").inner_text() == "0:12"


def test_a_drag_with_shift_makes_a_loop(served: Served, page: Page) -> None:
    served.open_call(page)
    box = page.locator(".slider").bounding_box()
    assert box
    page.keyboard.down("Shift")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 20, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")
    loop = page.evaluate("relisten.player.loop")
    assert (loop["start"], loop["end"]) == pytest.approx((12, 24), abs=0.2)
    assert time_of(page) == pytest.approx(12, abs=0.2)


def test_without_peaks_it_is_drawn_who_speaks_when(served: Served, page: Page) -> None:
    served.open_call(page)
    page.evaluate("relisten.waveform.setPeaks(null)")
    nora, ray = page.evaluate(DRAWN)
    assert nora[0] > 0
    assert ray[3] > 0
    assert nora[3] == 0


def test_which_mention_was_reached_is_still_told_when_the_list_is_made_anew(
    served: Served, page: Page
) -> None:
    served.open_call(page)
    page.get_by_role("button", name="Colin, 2 mentions").click()
    page.evaluate("relisten.beside.render()")
    assert page.locator('.mention[aria-current="true"] .count').inner_text() == "1 of 2"
    page.get_by_role("button", name="Colin, 2 mentions").click()
    assert page.locator('.mention[aria-current="true"] .count').inner_text() == "2 of 2"
