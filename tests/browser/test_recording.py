"""The page of a recording: read and heard at once."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import calls
from tests.browser.looking import violations
from tests.browser.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

    from tests.browser.conftest import Served

pytestmark = pytest.mark.browser

NEAR = 0.15  # seconds by which the word that is lit up may be late, or early
# Where a word is on the page, brought into sight.
PLACE = """async ([turn, text]) => {
  const start = relisten.prepared.turns[turn].text.indexOf(text);
  const range = relisten.rangeOf({ turn, start, end: start + text.length });
  range.startContainer.parentNode.scrollIntoView({ block: "center", behavior: "instant" });
  await new Promise(requestAnimationFrame);
  const box = range.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}"""
# For two seconds of playing: by how much the lit word and the time differ with each frame.
FOLLOWED = """async () => {
  const off = [];
  const end = performance.now() + 2000;
  while (performance.now() < end) {
    await new Promise(requestAnimationFrame);
    const time = relisten.player.audio.currentTime;
    const range = [...CSS.highlights.get("spoken")][0];
    if (!range) { off.push(0); continue; }
    const { startContainer: text, startOffset: offset } = range;
    const turn = Number(text.parentNode.closest(".turn").dataset.turn);
    const place = text.data.slice(0, offset).split(" ").length - 1;
    const start = relisten.prepared.turns[turn].start + 0.35 * place;
    off.push(Math.max(start - time, time - start - 0.35, 0));
  }
  return [Math.max(...off), relisten.player.audio.currentTime];
}"""


def time_of(page: Page) -> float:
    return float(page.evaluate("relisten.player.time"))


def place_of(page: Page, turn: int, text: str) -> tuple[float, float]:
    x, y = page.evaluate(PLACE, [turn, text])
    return x, y


def painted(page: Page, layer: str) -> list[str]:
    """Return what of the text is painted in a layer."""
    texts: list[str] = page.evaluate(
        "layer => [...CSS.highlights.get(layer)].map((range) => "
        "range.startContainer.data.slice(range.startOffset, range.endOffset))",
        layer,
    )
    return texts


# Opening


def test_a_recording_opens_with_its_turns(served: Served, page: Page) -> None:
    served.open_call(page)
    said = page.locator(".turn .said").all_text_contents()
    assert said == [text for _, _, text in calls.SAID]
    assert page.title() == "Ray on the bike shop · relisten"
    assert page.locator("h1").inner_text() == "Ray on the bike shop"
    assert page.locator(".masthead .label").inner_text().upper() == "FERNHOP · 1 SEPTEMBER 2026"


def test_who_speaks_is_told_by_name_shape_and_colour(served: Served, page: Page) -> None:
    served.open_call(page)
    seen = page.evaluate(
        """[...document.querySelectorAll(".turn")].slice(0, 2).map((turn) => [
          turn.querySelector(".who").textContent, turn.querySelector(".badge").textContent,
          getComputedStyle(turn.querySelector(".badge")).clipPath,
          getComputedStyle(turn.querySelector(".who")).color, turn.getAttribute("aria-label")])"""
    )
    (name, initial, shape, colour, label), (other, other_initial, *different, _) = seen
    assert (name, initial, label) == ("Nora", "N", "Nora, 0:01")
    assert (other, other_initial) == ("Ray", "R")
    assert shape != different[0]
    assert colour != different[1]


@pytest.mark.parametrize(
    ("name", "initial"),
    [("Nora", "N"), ("élan", "É"), ("Speaker 2", "2"), ("🚲", "🚲"), (" ", "?")],
)
def test_a_speaker_has_an_initial_or_a_number(
    served: Served, page: Page, name: str, initial: str
) -> None:
    served.visit(page, "/docs")
    made = "name => import('/static/dom.js').then(({ badge }) => badge(3, name).textContent)"
    assert page.evaluate(made, name) == initial


def test_nothing_is_asked_of_anybody_else(served: Served, page: Page) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - it marks what it is given
    served.open_call(page)
    page.keyboard.press(" ")
    until(page, "relisten.player.time > 0.2")
    elsewhere = [each.url for each in asked if not each.url.startswith(served.address)]
    assert len(asked) > 10
    assert [url for url in elsewhere if not url.startswith("data:")] == []


def test_a_recording_that_is_not_there_is_a_sentence_and_a_way_back(
    served: Served, page: Page
) -> None:
    served.visit(page, f"/recordings/{'0' * 64}")
    page.get_by_role("alert").wait_for()
    assert "no recording goes by" in page.get_by_role("alert").inner_text()
    assert page.get_by_role("link", name="Back to the library").is_visible()


def test_a_recording_without_a_copy_is_read_and_found_in(served: Served, page: Page) -> None:
    with served.library() as library:
        library.drop_copy(served.first)
    served.visit(page, f"/recordings/{served.first}")
    page.locator(".turn").first.wait_for()
    assert not page.locator(".transport").is_visible()
    page.keyboard.press("f")
    page.keyboard.type("price")
    assert page.locator(".finder .count").inner_text() == "1 of 4"
    page.mouse.click(*place_of(page, 5, "Colin"))
    assert time_of(page) == pytest.approx(28 + 3 * calls.STEP)


def test_where_nobody_is_told_apart_there_is_nobody_to_choose(served: Served, page: Page) -> None:
    served.visit(page, f"/recordings/{served.second}")
    page.locator(".turn").first.wait_for()
    assert page.locator(".turn .who").inner_text() == "Speaker not told apart"
    assert not page.get_by_label("Whom to hear").is_visible()
    assert page.locator(".volumes button").count() == 0


# Playing


def test_it_plays_and_the_spoken_word_is_followed(served: Served, page: Page) -> None:
    served.open_call(page, "#t=0:05.1")
    page.get_by_role("button", name="Play (Space)").click()
    until(page, "relisten.player.time > 5.2")
    off, reached = page.evaluate(FOLLOWED)
    assert off <= NEAR
    assert reached > 6.5
    page.get_by_role("button", name="Pause (Space)").click()
    assert page.evaluate("relisten.player.audio.paused")


def test_a_word_is_clicked_and_played(served: Served, page: Page) -> None:
    served.open_call(page)
    page.mouse.click(*place_of(page, 3, "fine."))
    until(page, "relisten.player.playing")
    until(page, "relisten.player.time > 16.1")
    assert time_of(page) == pytest.approx(15 + 3 * calls.STEP, abs=1)
    assert page.locator('.turn[aria-current="true"]').get_attribute("data-turn") == "3"


def test_a_passage_that_is_selected_is_no_click(served: Served, page: Page) -> None:
    served.open_call(page)
    start, end = place_of(page, 3, "price"), place_of(page, 3, "fine.")
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=5)
    page.mouse.up()
    assert time_of(page) == 0
    selected = page.evaluate("relisten.transcript.selection()")
    assert selected["passages"][0]["turn"] == 3
    assert selected["start"] == pytest.approx(15 + calls.STEP)


def test_a_time_beside_a_turn_leads_to_it(served: Served, page: Page) -> None:
    served.open_call(page)
    page.locator(".turn .at").nth(5).click()
    until(page, "relisten.player.time >= 28")
    assert "#" not in page.url


def test_the_speed_keeps_the_pitch_and_has_its_limits(served: Served, page: Page) -> None:
    served.open_call(page)
    page.get_by_label("Speed").select_option("2")
    assert page.evaluate(
        "[relisten.player.audio.playbackRate, relisten.player.audio.preservesPitch]"
    ) == [2, True]
    page.evaluate("relisten.player.setRate(9)")
    assert page.evaluate("relisten.player.rate") == 3
    page.evaluate("relisten.player.setRate(0.1)")
    assert page.evaluate("relisten.player.rate") == 0.5
    assert page.get_by_label("Speed").input_value() == "0.5"


def test_it_plays_as_fast_as_it_says(served: Served, page: Page) -> None:
    served.open_call(page)
    page.evaluate("relisten.player.setRate(3)")
    page.evaluate("relisten.player.play()")
    until(page, "relisten.player.time > 0.3")
    heard = page.evaluate(
        """async () => { const [time, at] = [relisten.player.time, performance.now()];
        await new Promise((done) => setTimeout(done, 1000));
        return (relisten.player.time - time) / (performance.now() - at) * 1000; }"""
    )
    assert heard == pytest.approx(3, rel=0.2)


def test_a_passage_is_played_again_and_again(served: Served, page: Page) -> None:
    served.open_call(page)
    page.evaluate("relisten.player.setLoop({ start: 5, end: 5.5 }); relisten.player.seek(5)")
    page.evaluate("relisten.player.play()")
    times = page.evaluate(
        """async () => { const times = [];
        for (let n = 0; n < 25; n += 1) {
          await new Promise((on) => setTimeout(on, 50));
          times.push(relisten.player.time);
        }
        return times; }"""
    )
    assert all(4.9 <= time <= 5.75 for time in times)
    assert any(after < before for before, after in pairwise(times))
    page.evaluate("relisten.jump(20)")
    assert page.evaluate("relisten.player.loop") is None


def test_pauses_are_skipped(served: Served, page: Page) -> None:
    served.open_call(page)
    page.get_by_role("button", name="Skip pauses").click()
    page.evaluate("relisten.player.seek(20.5)")
    page.evaluate("relisten.player.play()")
    until(page, "relisten.player.time > 26.9", patience=2500)


def test_only_one_speaker_is_heard(served: Served, page: Page) -> None:
    served.open_call(page)
    page.get_by_label("Whom to hear").select_option(calls.RAY)
    page.evaluate("relisten.player.seek(1); relisten.player.play()")
    until(page, "relisten.player.time > 4.85", patience=1500)
    page.evaluate("relisten.player.seek(47)")
    until(page, "!relisten.player.playing", patience=2500)


def test_each_channel_has_a_volume(served: Served, page: Page) -> None:
    served.open_call(page)
    assert page.evaluate("relisten.player.volumes") == [1, 1]
    page.get_by_role("button", name="Volume of each channel").click()
    page.get_by_label("Volume of Nora").fill("0")
    page.get_by_label("Volume of Ray").fill("1.5")
    assert page.evaluate("relisten.player.volumes") == [0, 1.5]
    page.evaluate("relisten.player.play()")
    until(page, "relisten.player.time > 0.3")


def test_another_time_is_typed(served: Served, page: Page) -> None:
    served.open_call(page)
    page.get_by_label("Time; type another to go there").fill("0:28")
    page.keyboard.press("Enter")
    assert time_of(page) == pytest.approx(28)
    page.get_by_label("Time; type another to go there").fill("soon")
    page.keyboard.press("Enter")
    assert page.get_by_label("Time; type another to go there").input_value() == "0:28"


# Addresses


def test_an_address_opens_at_its_moment(served: Served, page: Page) -> None:
    served.open_call(page, "#t=0:28")
    assert time_of(page) == pytest.approx(28)
    assert page.locator('.turn[aria-current="true"]').get_attribute("data-turn") == "5"
    page.evaluate('location.hash = "#t=0:15,0:17"')
    until(page, "relisten.player.loop?.end === 17")
    assert time_of(page) == pytest.approx(15)


def test_a_link_to_the_moment_is_copied_and_opens_it(served: Served, page: Page) -> None:
    served.open_call(page, "#t=0:12.4")
    page.get_by_role("button", name="Copy a link to this moment").click()
    until(page, "document.querySelector('.toast')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{served.address}/recordings/{served.first}#t=0:12.4"
    assert page.url == copied


# Following


def test_the_page_follows_what_is_spoken_until_the_reader_leaves(
    served: Served, page: Page
) -> None:
    page.set_viewport_size({"width": 1280, "height": 420})
    served.open_call(page)
    page.evaluate("relisten.jump(36, { play: true })")
    until(page, "document.querySelector('#turn-7').getBoundingClientRect().top < 300")
    page.mouse.move(400, 150)
    page.mouse.wheel(0, -2000)
    until(page, "!relisten.scrolling.following")
    page.mouse.wheel(0, -2000)  # a word may have been followed just before the first
    until(page, "scrollY === 0")
    until(page, "relisten.player.time > 37.5")
    assert page.evaluate("scrollY") == 0
    page.get_by_role("button", name="Follow what is spoken").click()
    until(page, "relisten.scrolling.following && scrollY > 100")


# Changes


def test_what_has_changed_is_shown_without_losing_place_or_sound(
    served: Served, page: Page
) -> None:
    served.open_call(page)
    page.evaluate("relisten.jump(28, { play: true })")
    changed = page.evaluate(
        """async () => {
        const before = relisten.transcript.articles;
        const contents = structuredClone(relisten.source.contents);
        contents.turns[2].text = "What did it mean?";
        relisten.update({ ...relisten.source, contents, peaks: null });
        const after = relisten.transcript.articles;
        const text = document.querySelectorAll(".turn")[2].querySelector(".said").textContent;
        return [after.map((article, place) => article === before[place]), text];
        }"""
    )
    assert changed == [[True, True, False, True, True, True, True, True], "What did it mean?"]
    assert page.evaluate("relisten.player.playing")
    assert time_of(page) >= 28


@pytest.mark.parametrize(("first", "taken", "left"), [(2, 1, 7), (0, 3, 5), (7, 1, 7)])
def test_turns_that_are_gone_leave_the_others_in_their_order(
    served: Served, page: Page, first: int, taken: int, left: int
) -> None:
    served.open_call(page)
    texts = page.evaluate(
        """([first, taken]) => {
        const contents = structuredClone(relisten.source.contents);
        contents.turns.splice(first, taken);
        Object.assign(contents, { entities: [], keyphrases: [], questions: [] });
        relisten.update({ ...relisten.source, contents, peaks: null });
        return [...document.querySelectorAll(".turn")].map((turn) => [
          Number(turn.dataset.turn), turn.querySelector(".said").textContent]);
        }""",
        [first, taken],
    )
    expected = [text for _, _, text in calls.SAID]
    del expected[first : first + taken]
    assert texts == [list(each) for each in enumerate(expected)]
    assert len(texts) == left


def test_a_view_that_is_destroyed_leaves_nothing(served: Served, page: Page) -> None:
    served.open_call(page)
    page.evaluate("relisten.player.play()")
    until(page, "relisten.player.time > 0.2")
    page.evaluate("relisten.destroy()")
    assert page.evaluate(
        "[CSS.highlights.size, document.querySelector('#main').children.length]"
    ) == [0, 0]
    page.keyboard.press("?")
    assert page.locator("dialog").count() == 0
    assert page.evaluate("relisten.player.audio.paused")


# For everyone


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_wrong(served: Served, page: Page, scheme: Any, width: int) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    served.open_call(page, "#t=0:15.5")
    assert violations(page) == []
    page.keyboard.press("f")
    page.keyboard.type("price")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_window(served: Served, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    served.open_call(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for button in page.locator(".deck button:visible, .deck select:visible").all():
        box = button.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


@pytest.mark.parametrize("width", [680, 1280])
def test_on_paper_the_words_stand_beside_who_says_them(
    served: Served, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    served.open_call(page)
    until(page, "globalThis.desk")
    page.emulate_media(media="print")
    left, beside = page.evaluate(
        """["at", "said"].map((name) => [...document.querySelectorAll(`.turn .${name}`)].map(
          (each) => Math.round(each.getBoundingClientRect()[name === "at" ? "right" : "left"])))"""
    )
    assert len(set(beside)) == 1
    assert max(left) < beside[0]


def test_tab_leads_past_the_turns_by_one_step(served: Served, page: Page) -> None:
    served.open_call(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "turn-0"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.turn')") is None


def test_quiet_motion_is_kept(chromium: Browser, served: Served) -> None:
    context = chromium.new_context(reduced_motion="reduce", viewport={"width": 900, "height": 420})
    page = context.new_page()
    served.open_call(page)
    reached = page.evaluate(
        "relisten.jump(36); document.querySelector('#turn-7').getBoundingClientRect().top"
    )
    assert reached < 420
    context.close()


# What goes wrong


def test_a_sound_that_cannot_be_played_is_said_and_the_text_is_there(
    served: Served, page: Page
) -> None:
    page.route("**/sound", lambda route: route.abort())
    served.visit(page, f"/recordings/{served.first}")
    page.locator(".toast").wait_for()
    assert "The sound cannot be played" in page.locator(".toast").inner_text()
    assert page.locator(".turn").count() == len(calls.SAID)


def test_a_speaker_who_is_gone_is_no_longer_the_only_one_heard(served: Served, page: Page) -> None:
    served.open_call(page)
    heard = page.evaluate(
        """() => {
        relisten.setOnly("Ray");
        const contents = structuredClone(relisten.source.contents);
        for (const turn of contents.turns) turn.speaker = "Nora";
        contents.speakers = ["Nora"];
        relisten.update({ ...relisten.source, contents, peaks: null });
        return relisten.player.only;
        }"""
    )
    assert heard is None
    assert not page.get_by_label("Whom to hear").is_visible()


def test_a_turn_of_which_it_is_not_sure_who_speaks_says_so(served: Served, page: Page) -> None:
    served.open_call(page)
    page.evaluate(
        """() => {
        const contents = structuredClone(relisten.source.contents);
        for (const word of contents.turns[4].words) word.speaker_probability = 0.4;
        relisten.update({ ...relisten.source, contents, peaks: null });
        }"""
    )
    assert page.locator(".unsure").count() == 1
    doubtful = page.locator(".turn").nth(4)
    assert doubtful.get_attribute("aria-label") == "Nora, perhaps, 0:27"
    assert doubtful.locator(".unsure").get_attribute("title") == "Not sure who says this"


def test_where_it_cannot_be_corrected_it_is_read_and_heard_all_the_same(
    served: Served, page: Page
) -> None:
    page.route("**/desk.js", lambda route: route.abort())
    served.open_call(page)
    page.locator(".toast").wait_for()
    assert "cannot correct or mark" in page.locator(".toast").inner_text()
    page.keyboard.press(" ")
    until(page, "relisten.player.time > 0.2")
