"""One file that plays by itself: opened from a disk, with no network, by a browser."""

from __future__ import annotations

import re
import shutil
import time
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.carried_copy import carried
from pipeline.export import Document
from pipeline.export.as_html import pieces
from pipeline.export.heard import Heard
from pipeline.exporting import export_document, known_formats
from pipeline.library import Library
from pipeline.opening import document_of
from pipeline.pages import Sound, Where
from pipeline.recording import Layout
from tests.browser import calls
from tests.browser.looking import violations
from tests.browser.waiting import PATIENCE, until
from tests.values import transcript

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Request

pytestmark = pytest.mark.browser

READY = "globalThis.relisten?.player.audio.readyState >= 1"
SPOKEN = "relisten.paint.passages('spoken')"
AN_HOUR_OF_SOUND = 8_100_000  # bytes
SOON = 1.0  # seconds until an hour can be read and heard, on a machine with nothing else to do
BUSY = 4.0  # times as long, on one that has


def export(
    folder: Path, to: Path, where: Where = Where.INSIDE, identity: str = calls.FIRST
) -> Path:
    """Write a recording of a library as a page; return where it is."""
    with Library(folder) as library:
        kept = library.get(identity)
        assert kept
        *_, page = export_document(
            document_of(library, kept), known_formats(["html"]), to, sound=Sound(where)
        )
    return page


@pytest.fixture(scope="module")
def exported(ready_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a call with its sound in it."""
    library = tmp_path_factory.mktemp("of") / "library"
    shutil.copytree(ready_library, library)
    return export(library, tmp_path_factory.mktemp("pages"))


@pytest.fixture
def asked(page: Page) -> Iterator[list[str]]:
    """Return the addresses that the page asks for; those of a network are refused, and fail it."""
    seen: list[str] = []

    def note(request: Request) -> None:
        seen.append(request.url)

    page.on("request", note)
    page.context.set_offline(True)
    page.route(re.compile("^(https?|wss?):"), lambda route: route.abort())
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    yield seen
    assert {url.partition(":")[0] for url in seen} <= {"file", "blob", "data"}
    assert wrong == []


def open_page(page: Page, path: Path, moment: str = "") -> None:
    page.goto(f"{path.as_uri()}{moment}")
    until(page, READY)


def word_at(page: Page, text: str) -> tuple[float, float]:
    """Return where the middle of a word is on the page."""
    box = page.evaluate(
        """(text) => {
          const nodes = [...document.querySelectorAll(".said")].map((said) => said.firstChild);
          const node = nodes.find((each) => each.data.includes(text));
          const range = document.createRange();
          range.setStart(node, node.data.indexOf(text));
          range.setEnd(node, node.data.indexOf(text) + text.length);
          range.startContainer.parentElement.scrollIntoView({ block: "center" });
          const { x, y, width, height } = range.getBoundingClientRect();
          return { x: x + width / 2, y: y + height / 2 };
        }""",
        text,
    )
    return box["x"], box["y"]


def spoken(page: Page) -> str:
    """Return the word that is lit up."""
    lit: str = page.evaluate(
        f"""() => {{
          const [{{ turn, start, end }}] = {SPOKEN};
          return relisten.prepared.turns[turn].text.slice(start, end);
        }}"""
    )
    return lit


# --- heard ----------------------------------------------------------------------------------


def test_it_plays_from_a_disk_with_the_network_off(
    page: Page, exported: Path, asked: list[str]
) -> None:
    open_page(page, exported)
    assert page.evaluate("relisten.player.audio.duration") == pytest.approx(calls.DURATION, abs=0.1)
    page.keyboard.press("Space")
    until(page, "relisten.player.audio.currentTime > 1.2")
    assert asked[0] == exported.as_uri()


def test_the_word_that_is_spoken_is_lit_up(page: Page, exported: Path, asked: list[str]) -> None:
    open_page(page, exported)
    page.evaluate("relisten.jump(5.0, { play: true })")
    until(page, f"relisten.player.time > 6 && {SPOKEN}.length === 1")
    late = page.evaluate(
        f"""() => {{
          const [passage] = {SPOKEN};
          const {{ start, end }} = relisten.prepared.turns[passage.turn];
          const word = relisten.prepared.starts.findIndex((_, place) =>
            relisten.prepared.owners[place] === passage.turn
            && relisten.prepared.offsets[place] === passage.start);
          return [relisten.player.audio.currentTime, relisten.prepared.starts[word],
            relisten.prepared.ends[word], start, end];
        }}"""
    )
    now, begins, ends = late[:3]
    assert begins - 0.15 <= now <= ends + 0.27  # a word stays lit up for 0.12 s
    assert asked


def test_a_click_on_a_word_plays_from_it(page: Page, exported: Path, asked: list[str]) -> None:
    open_page(page, exported)
    page.mouse.click(*word_at(page, "Colin"))
    until(page, "relisten.player.playing && relisten.player.time >= 29.0")
    assert page.evaluate("relisten.player.time") < 32
    assert asked


def test_an_address_with_a_time_opens_there(page: Page, exported: Path, asked: list[str]) -> None:
    open_page(page, exported, "#t=0:28.1")
    assert page.evaluate("relisten.player.time") == pytest.approx(28.1, abs=0.01)
    assert (spoken(page), len(asked) > 0) == ("So", True)


def test_it_goes_to_any_moment_at_once_however_late(
    page: Page, exported: Path, asked: list[str]
) -> None:
    open_page(page, exported)
    for moment in (40.0, 3.0, 30.5):
        page.evaluate(f"relisten.player.seek({moment})")
        until(page, "!relisten.player.audio.seeking")
        assert page.evaluate("relisten.player.audio.currentTime") == pytest.approx(moment, abs=0.01)
    assert asked


def test_each_voice_has_a_volume_of_its_own(page: Page, exported: Path, asked: list[str]) -> None:
    open_page(page, exported)
    page.evaluate("relisten.player.setVolume(1, 0)")
    page.evaluate("relisten.jump(5.5, { play: true })")
    until(page, "relisten.player.audio.currentTime > 6.5")
    assert page.evaluate("relisten.player.volumes") == [1, 0]
    assert asked


def test_its_waveform_has_a_lane_for_each(page: Page, exported: Path, asked: list[str]) -> None:
    open_page(page, exported)
    until(page, "relisten.waveform.peaks !== null")
    lanes = page.evaluate("relisten.waveform.lanes.map((lane) => [lane.name, lane.channel])")
    assert lanes == [["Nora", 0], ["Ray", 1]]
    drawn = page.evaluate(
        """() => {
          const { canvas } = relisten.waveform;
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return data.some((value) => value > 0);
        }"""
    )
    assert drawn
    assert asked


# --- found, read, pressed -------------------------------------------------------------------


def test_it_is_searched_with_a_count(page: Page, exported: Path, asked: list[str]) -> None:
    open_page(page, exported)
    page.keyboard.press("/")
    page.keyboard.type("cafe")
    until(page, "relisten.paint.passages('found').length === 1")
    page.keyboard.press("Control+a")
    page.keyboard.type("price")
    until(page, "relisten.paint.passages('found').length === 4")
    assert re.search(r"[1-4] of 4", page.locator(".finder").inner_text())
    assert asked


def test_names_questions_and_marks_stand_beside_the_text(
    page: Page, exported: Path, asked: list[str]
) -> None:
    open_page(page, exported)
    beside = page.locator(".beside")
    assert "Fernhop" in beside.inner_text()
    beside.get_by_role("tab", name="Topics").click()
    assert "paper" in beside.inner_text()
    beside.get_by_role("tab", name="Questions").click()
    assert "What did the price mean to you?" in beside.inner_text()
    beside.get_by_role("tab", name="Marks").click()
    assert "The paper was not" in beside.inner_text()
    assert "ask for more" in beside.inner_text()
    beside.get_by_text("The paper was not").click()
    assert page.evaluate("relisten.player.time") == pytest.approx(16.4, abs=0.1)
    assert asked


def test_its_keys_are_shown_and_none_of_them_changes_it(
    page: Page, exported: Path, asked: list[str]
) -> None:
    open_page(page, exported)
    page.keyboard.press("?")
    shown = page.get_by_role("dialog").inner_text()
    assert "Play" in shown
    assert not re.search(r"\b(Edit|Correct|Undo|Save)\b", shown)
    page.keyboard.press("Escape")
    before = page.locator(".turns").inner_text()
    for key in ("e", "m", "r", "Control+z", "Delete"):
        page.keyboard.press(key)
    assert page.locator(".turns").inner_text() == before
    assert asked


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_wrong(
    page: Page, exported: Path, asked: list[str], scheme: Any, width: int
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    open_page(page, exported, "#t=0:15.5")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_what_is_read_without_scripts(
    page: Page, exported: Path, tmp_path: Path, scheme: Any
) -> None:
    still = tmp_path / "still.html"
    text = exported.read_text(encoding="utf-8")
    still.write_text(re.sub('<script type="module">.*?</script>', "", text), encoding="utf-8")
    page.emulate_media(color_scheme=scheme)
    page.goto(still.as_uri())
    assert page.locator(".leaf").count() == 1
    assert page.evaluate("globalThis.relisten ?? null") is None
    assert violations(page) == []


def test_what_scripts_take_over_does_not_jump(page: Page, exported: Path, tmp_path: Path) -> None:
    still = tmp_path / "still.html"
    text = exported.read_text(encoding="utf-8")
    still.write_text(re.sub('<script type="module">.*?</script>', "", text), encoding="utf-8")
    places = []
    for path in (still, exported):
        page.goto(path.as_uri())
        places.append([page.locator(each).first.bounding_box() for each in ("h1", ".who", ".said")])
    assert places[0] == places[1]


# --- without sound, beside, without scripts, on paper ---------------------------------------


def test_sound_beside_it_plays_too(
    page: Page, ready_library: Path, tmp_path: Path, asked: list[str]
) -> None:
    shutil.copytree(ready_library, tmp_path / "library")
    page_path = export(tmp_path / "library", tmp_path / "a #1 100%", Where.BESIDE)
    open_page(page, page_path)
    page.keyboard.press("Space")
    until(page, "relisten.player.audio.currentTime > 0.5")
    assert [url.rsplit(".", 1)[1] for url in asked[:2]] == ["html", "opus"]


def test_sound_that_is_not_beside_it_is_asked_for_by_name(
    page: Page, ready_library: Path, tmp_path: Path
) -> None:
    shutil.copytree(ready_library, tmp_path / "library")
    page_path = export(tmp_path / "library", tmp_path / "out", Where.BESIDE)
    page_path.with_suffix(".opus").unlink()
    page.goto(page_path.as_uri())
    page.locator(".toast").first.wait_for()
    said = page.locator(".toast").first.inner_text()
    assert f"Is {page_path.stem}.opus in the folder of this page?" in said
    assert page.locator(".turn").count() == 8


def test_without_sound_it_is_read_and_searched(
    page: Page, ready_library: Path, tmp_path: Path, asked: list[str]
) -> None:
    shutil.copytree(ready_library, tmp_path / "library")
    page.goto(export(tmp_path / "library", tmp_path, Where.NOWHERE).as_uri())
    until(page, "globalThis.relisten?.transcript.articles.length === 8")
    page.keyboard.press("/")
    page.keyboard.type("price")
    until(page, "relisten.paint.passages('found').length === 4")
    assert len(asked) == 1


def test_without_scripts_it_is_read_and_a_browser_plays_it(
    chromium: Browser, exported: Path
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    shown = context.new_page()
    shown.goto(exported.as_uri())
    assert shown.locator("h1").inner_text() == "Ray on the bike shop"
    assert shown.locator(".turn").count() == 8
    assert "The paper was not" in shown.locator(".notes").inner_text()
    player = shown.locator("audio")
    player.scroll_into_view_if_needed()
    assert player.is_visible()
    source = player.get_attribute("src", timeout=PATIENCE) or ""
    assert source.startswith("data:audio/webm;base64,GkXfo")
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_on_paper_it_begins_on_the_first_page_and_all_of_it_is_there(
    chromium: Browser, exported: Path, scripts: bool
) -> None:
    context = chromium.new_context(java_script_enabled=scripts)
    shown = context.new_page()
    shown.goto(exported.as_uri())
    shown.emulate_media(media="print")
    assert shown.locator(".said").last.is_visible()
    assert not shown.locator("audio, .deck").first.is_visible()
    name = shown.locator(".turn .who").first.bounding_box()
    first = shown.locator(".said").first.bounding_box()
    assert name
    assert first
    assert first["y"] < 400
    assert name["x"] + name["width"] <= first["x"]
    pages = re.findall(rb"/Type\s*/Page\b", shown.pdf(format="A4"))
    assert 1 <= len(pages) <= 2
    context.close()


def test_text_of_others_does_nothing(
    page: Page, ready_library: Path, tmp_path: Path, asked: list[str]
) -> None:
    shutil.copytree(ready_library, tmp_path / "library")
    bad = "</script><script>globalThis.hurt = 1</script><img src=x onerror=hurt=1>\u2028"
    with Library(tmp_path / "library") as library:
        kept = calls.call("ee" * 32, bad, calls.SHORT, layout=Layout.MONO, channels=1)
        calls.put(library, kept, (calls.turn(1.0, bad.strip(), f"<b>so</b> {bad}"),))
    open_page(page, export(tmp_path / "library", tmp_path, identity="ee" * 32))
    assert page.evaluate("globalThis.hurt ?? null") is None
    assert page.locator("img").count() == 0
    assert "<b>so</b> </script>" in page.locator(".said").first.inner_text()
    assert page.title().startswith("</script><script>")
    assert asked


# --- an hour --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def long_page(ready_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of an hour's call of 12,000 words, as large as one with an hour's sound."""
    said = " ".join(["So we pay the price for the paper again."] * 4)
    names = (calls.NORA, calls.RAY)
    turns = [calls.turn(each * 10.0, names[each % 2], said) for each in range(360)]
    with Library(ready_library) as library:
        webm, channels = carried(library.copy_path(calls.FIRST), Layout.CHANNEL_PER_SPEAKER)
    large = webm + bytes(AN_HOUR_OF_SOUND - len(webm))
    told = Document(transcript(*turns), "An hour", "call.m4a", 3600.0)
    page = tmp_path_factory.mktemp("hour") / "hour.html"
    with page.open("w", encoding="utf-8") as file:
        file.writelines(pieces(told, Heard(large, channels=channels)))
    return page


def test_an_hour_opens_soon(page: Page, long_page: Path, asked: list[str]) -> None:
    took = []
    for _ in range(3):
        began = time.monotonic()
        open_page(page, long_page)
        took.append(time.monotonic() - began)
    assert min(took) < SOON * BUSY
    assert page.locator(".turn").count() == 360
    assert asked
