"""A reel as one page: opened from a disk with the network off, played, looked at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.reels import page as reel_page
from pipeline.reels.cues import Reel
from pipeline.reels.tape import RATE, tape
from tests.browser.looking import violations
from tests.browser.waiting import until
from tests.reels import small_reel
from tests.sounds import columns, speech

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

READY = "globalThis.relisten?.audio.readyState >= 1"
PLAYING = "!relisten.audio.paused && relisten.audio.currentTime > {}"
STARTS = [0.0, 5.13, 9.88]  # of the passages of the reel
SCHEMES: tuple[Any, ...] = ("light", "dark")
EXACT = 0.05  # seconds: a browser jumps to a frame of Opus


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a reel with its sound in it."""
    folder = tmp_path_factory.mktemp("reel")
    reel = small_reel()
    with tape(folder / "reel.w64", 1) as opened:
        opened.add(columns(speech(reel.duration, RATE)))
    target = folder / "price, too (50%).html"
    with target.open("w", encoding="utf-8") as file:
        file.writelines(reel_page.pieces(reel, reel_page.webm(folder / "reel.w64")))
    return target


@pytest.fixture
def opened(page: Page, written: Path) -> Iterator[Page]:
    """Return the page, opened; anything that it asks of a network fails it, and any complaint."""
    seen: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.context.set_offline(True)
    page.goto(written.as_uri())
    until(page, READY)
    yield page
    assert {url.partition(":")[0] for url in seen} <= {"file", "blob", "data"}
    assert wrong == []


def lit(page: Page) -> list[str]:
    """Return the passages that are lit up."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('.passage[aria-current=true]')].map((each) => each.id)"
    )
    return found


def time(page: Page) -> float:
    now: float = page.evaluate("relisten.audio.currentTime")
    return now


def go(page: Page, seconds: float) -> None:
    """Go to a time and wait until it is there."""
    page.evaluate(f"relisten.audio.currentTime = {seconds}")
    until(page, "!relisten.audio.seeking")


def test_nothing_is_lit_up_before_it_plays(opened: Page) -> None:
    assert lit(opened) == []
    assert opened.evaluate("relisten.audio.duration") == pytest.approx(12.38, abs=0.1)


@pytest.mark.parametrize("number", [1, 3])
def test_a_click_plays_a_passage_and_lights_it_up(opened: Page, number: int) -> None:
    opened.locator(f"#passage-{number} button").click()
    until(opened, PLAYING.format(STARTS[number - 1]))
    until(opened, f"document.getElementById('passage-{number}').ariaCurrent === 'true'")
    assert STARTS[number - 1] - EXACT <= time(opened) < STARTS[number - 1] + 3
    assert lit(opened) == [f"passage-{number}"]


def test_a_click_on_the_words_plays_them_too(opened: Page) -> None:
    opened.get_by_text("As we use it.").click()
    until(opened, PLAYING.format(STARTS[1]))
    assert lit(opened) == ["passage-2"]
    assert "2 of 3: Nora, Ray" in opened.locator(".now").inner_text()


def test_one_passage_after_the_other_is_lit_up_as_it_plays(opened: Page) -> None:
    opened.locator("#passage-1 button").click()
    until(opened, PLAYING.format(0.0))
    go(opened, 5.0)
    until(opened, PLAYING.format(5.2))
    until(opened, "document.querySelector('[aria-current]').id === 'passage-2'")
    assert lit(opened) == ["passage-2"]


def test_the_next_and_the_last_passage_are_a_button_away(opened: Page) -> None:
    opened.locator("#passage-2 button").click()
    until(opened, PLAYING.format(STARTS[1]))
    opened.get_by_role("button", name="The next passage").click()
    until(opened, PLAYING.format(STARTS[2]))
    opened.get_by_role("button", name="The passage before").click()
    until(opened, f"relisten.audio.currentTime < {STARTS[2] - 1}")
    assert STARTS[1] - EXACT <= time(opened) < STARTS[2]


def test_keys_reach_every_passage(opened: Page) -> None:
    opened.keyboard.press("Tab")
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.ariaLabel").startswith("Play passage 2, at 0:05")
    opened.keyboard.press("Enter")
    until(opened, PLAYING.format(STARTS[1]))
    assert lit(opened) == ["passage-2"]


def test_axe_finds_nothing_and_nothing_is_cut_off(opened: Page) -> None:
    opened.locator("#passage-2 button").click()
    until(opened, PLAYING.format(STARTS[1]))
    for scheme in SCHEMES:
        for width in (1280, 360):
            opened.emulate_media(color_scheme=scheme)
            opened.set_viewport_size({"width": width, "height": 800})
            assert violations(opened) == []
            assert opened.evaluate("document.documentElement.scrollWidth") <= width


def test_it_is_read_and_played_where_no_script_runs(chromium: Browser, written: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(written.as_uri())
    assert page.locator("noscript audio").is_visible()
    assert page.get_by_text("The price is fair.").is_visible()
    assert page.get_by_role("button").count() == 0
    context.close()


def test_a_reel_of_one_passage_has_no_next(page: Page, tmp_path: Path, written: Path) -> None:
    sound = re.search(r"base64,([^\"]*)", written.read_text(encoding="utf-8"))
    assert sound
    alone = Reel("one", small_reel().cues[:1])
    target = tmp_path / "one.html"
    text = "".join(reel_page.pieces(alone, b"")).replace("base64,", f"base64,{sound[1]}", 1)
    target.write_text(text, encoding="utf-8")
    page.goto(target.as_uri())
    until(page, READY)
    page.get_by_role("button", name="The next passage").click()
    assert time(page) == 0.0
    assert page.evaluate("relisten.audio.paused")


HEARD = (
    ("heardAt", 0.0, 0),
    ("heardAt", 5.12, 1),  # a jump may land a little before
    ("heardAt", 5.0, 0),
    ("heardAt", 99.0, 2),
    ("after", 0.0, 5.13),
    ("after", 9.9, None),
    ("before", 6.0, 0.0),
    ("before", 7.5, 5.13),
    ("before", 0.5, 0.0),
)


def test_what_is_heard_and_what_comes_next(opened: Page) -> None:
    answers = [
        opened.evaluate(f"import('reeling.js').then((them) => them.{name}({STARTS}, {seconds}))")
        for name, seconds, _ in HEARD
    ]
    assert answers == [answer for *_, answer in HEARD]
