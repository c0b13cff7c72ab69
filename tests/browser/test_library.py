"""The library's page: what is there, search as one types, hits that play, recordings added."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from pipeline.library import Library
from pipeline.progress import FILES, WHOLE, Progress, silent
from pipeline.running import shown_as_running
from tests import sounds
from tests.browser.calls import FIRST, SECOND
from tests.browser.conftest import serving
from tests.browser.looking import violations
from tests.browser.waiting import until
from tests.transcribing import COMMAND

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Route

    from tests.browser.conftest import Served

pytestmark = pytest.mark.browser

PLAYING = "relisten.passages.playing && relisten.passages.audio.currentTime"


@pytest.fixture
def at(served: Served, page: Page) -> Page:
    """Open the library's page."""
    served.visit(page, "/")
    page.locator(".recordings tbody tr").first.wait_for()
    return page


def search(page: Page, text: str) -> None:
    page.get_by_role("searchbox").fill(text)


def wait_for(page: Page, found: list[Any]) -> None:
    """Wait until something that the page tells of has come."""
    for _ in range(250):
        if found:
            return
        page.wait_for_timeout(20)
    pytest.fail("it never came")


def titles(page: Page) -> list[str]:
    return page.locator(".recordings tbody .of-title a").all_inner_texts()


def snippets(page: Page) -> list[str]:
    return page.locator(".hit .snippet").all_inner_texts()


# Recordings


def test_recordings_are_listed_with_what_people_look_for(at: Page) -> None:
    row = at.locator(".recordings tbody tr", has_text="Ray on the bike shop")
    for said in ("1 September 2026", "fernhop", "Nora", "Ray", "0:48"):
        expect(row).to_contain_text(said)
    expect(row.get_by_role("link")).to_have_attribute("href", f"/recordings/{FIRST[:16]}")
    expect(at.locator("#understood")).to_have_text("2 recordings, 54 s")


def test_a_recording_opens(at: Page) -> None:
    at.get_by_role("link", name="Ray on the bike shop").click()
    at.wait_for_url(f"**/recordings/{FIRST[:16]}")
    expect(at.get_by_role("link", name="Skip to the transcript")).to_be_attached()


def test_the_list_is_sorted_by_what_its_heads_say(at: Page) -> None:
    length = at.get_by_role("columnheader", name="Length")
    length.get_by_role("button").click()
    assert titles(at) == ["Ray on the bike shop", "Nobody told apart"]
    expect(length).to_have_attribute("aria-sort", "descending")
    expect(length.get_by_role("button")).to_be_focused()
    length.get_by_role("button").press("Enter")
    assert titles(at) == ["Nobody told apart", "Ray on the bike shop"]
    expect(length).to_have_attribute("aria-sort", "ascending")


def test_an_empty_library_says_what_to_do(tmp_path: Path, page: Page) -> None:
    Library(tmp_path / "empty", create=True).close()
    with serving(tmp_path / "empty") as empty:
        empty.visit(page, "/")
        expect(page.get_by_role("heading", name="No recordings yet")).to_be_visible()
        expect(page.get_by_text("Filters")).to_be_hidden()
        choosers: list[object] = []
        page.on("filechooser", lambda chooser: choosers.append(chooser))  # noqa: PLW0108
        page.get_by_role("button", name="Choose recordings").click()
        wait_for(page, choosers)
        assert violations(page) == []


def test_an_empty_library_says_that_the_first_recording_is_on_its_way(
    tmp_path: Path, page: Page
) -> None:
    Library(tmp_path / "empty", create=True).close()
    with serving(tmp_path / "empty") as empty:
        empty.visit(page, "/")
        expect(page.get_by_role("heading", name="No recordings yet")).to_be_visible()
        with shown_as_running(empty.folder, silent) as report:
            report(Progress(FILES, 0, 1, path=tmp_path / "Finn.wav"))
            expect(page.get_by_role("heading", name="On their way")).to_be_visible(timeout=10_000)
        expect(page.get_by_role("heading", name="No recordings yet")).to_be_visible(timeout=10_000)


def test_what_programs_need_is_found_from_the_foot_of_the_page(at: Page) -> None:
    at.get_by_role("link", name="For other programs").click()
    expect(at.get_by_role("heading", name="For programs")).to_be_visible()


def test_a_library_that_cannot_be_read_says_so(served: Served, page: Page) -> None:
    (served.folder / "library.sqlite").write_bytes(b"no library at all" * 99)
    served.visit(page, "/")
    expect(page.get_by_role("status")).to_contain_text("library")
    expect(page.locator("#list")).to_have_attribute("aria-busy", "false")


# Search


def test_it_searches_as_one_types_and_shows_what_was_found(at: Page) -> None:
    at.get_by_role("searchbox").press_sequentially("the price", delay=20)
    expect(at.locator(".hit")).to_have_count(5)
    expect(at.locator(".hit mark").first).to_have_text("the price")
    expect(at.get_by_role("heading", name="5 hits")).to_be_visible()
    search(at, "paper")
    expect(at.locator(".hit")).to_have_count(1)
    hit = at.locator(".hit")
    for said in ("Ray", "0:1", "1 September 2026", "fernhop"):
        expect(hit).to_contain_text(said)
    assert hit.get_by_role("link").get_attribute("href") == f"/recordings/{FIRST[:16]}#t=0:16.75"


def test_an_answer_that_comes_too_late_is_dropped(at: Page) -> None:
    late: list[Route] = []
    at.route(re.compile(r"/api/search\?query=price"), lambda route: late.append(route))  # noqa: PLW0108
    search(at, "price")
    until(at, "document.querySelector('#list').getAttribute('aria-busy') === 'true'")
    wait_for(at, late)
    search(at, "paper")
    expect(at.locator(".hit")).to_have_count(1)
    (route,) = late
    route.continue_()
    at.wait_for_timeout(300)
    assert "paper" in snippets(at)[0]
    expect(at.locator(".hit")).to_have_count(1)


def test_a_query_that_was_mended_says_how(at: Page) -> None:
    search(at, '"was fine')
    expect(at.locator("#notes")).to_contain_text("A quotation mark is not closed")
    expect(at.locator(".hit")).to_have_count(1)


def test_what_cannot_be_looked_for_is_one_sentence_and_what_was_shown_stays(at: Page) -> None:
    search(at, "paper")
    expect(at.locator(".hit")).to_have_count(1)
    search(at, "paper project:fernhopp")
    expect(at.get_by_role("status")).to_contain_text("no recording is in a project called")
    expect(at.locator(".hit")).to_have_count(1)


def test_nothing_found_says_what_to_do(at: Page) -> None:
    search(at, "xylophone")
    expect(at.get_by_role("heading", name="Nothing matches that")).to_be_visible()
    at.get_by_role("button", name="Show all recordings").click()
    expect(at.locator(".recordings tbody tr")).to_have_count(2)


def test_the_address_remembers_the_query(at: Page) -> None:
    search(at, "paper")
    expect(at.locator(".hit")).to_have_count(1)
    at.locator(".hit a").click()
    at.wait_for_url("**/recordings/**")
    at.go_back()
    expect(at.get_by_role("searchbox")).to_have_value("paper")
    expect(at.locator(".hit")).to_have_count(1)


def test_hits_come_in_the_order_that_is_asked_for(at: Page) -> None:
    search(at, "price")
    expect(at.locator(".hit")).to_have_count(5)
    at.get_by_label("Order").select_option("Oldest first")
    until(at, "document.querySelector('.hit .snippet').innerText.startsWith('What did the price')")


def test_text_that_looks_like_html_is_text(served: Served, page: Page) -> None:
    with served.library() as library:
        library.add_tags(FIRST, ["<img src=x onerror=alert(1)>"])
    served.visit(page, "/?query=" + "%3Cscript%3E")
    expect(page.get_by_role("searchbox")).to_have_value("<script>")
    expect(page.locator("#filters")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("#filters img").count() == 0


# Filters


def test_a_filter_is_a_field_of_the_query(at: Page) -> None:
    chip = at.get_by_role("button", name="fernhop 1")
    chip.click()
    expect(at.get_by_role("searchbox")).to_have_value("project:fernhop")
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(chip).to_be_focused()
    expect(at.locator(".recordings tbody tr")).to_have_count(1)
    expect(at.locator("#filtered")).to_have_text("1 chosen")
    chip.click()
    expect(at.get_by_role("searchbox")).to_have_value("")
    expect(at.locator(".recordings tbody tr")).to_have_count(2)


def test_what_is_typed_presses_the_filter(at: Page) -> None:
    search(at, "price speaker:RAY")
    expect(at.locator(".hit")).to_have_count(2)
    expect(at.get_by_role("button", name="Ray 1")).to_have_attribute("aria-pressed", "true")


def test_days_are_chosen_from_a_calendar(at: Page) -> None:
    at.get_by_label("From").fill("2026-09-02")
    at.get_by_label("From").dispatch_event("change")
    expect(at.get_by_role("searchbox")).to_have_value("after:2026-09-02")
    expect(at.get_by_role("heading", name="Nothing matches that")).to_be_visible()
    at.get_by_label("From").fill("")
    at.get_by_label("From").dispatch_event("change")
    expect(at.locator(".recordings tbody tr")).to_have_count(2)


# Playing


def test_a_hit_plays_in_place_and_stops_at_its_end(at: Page) -> None:
    search(at, "fine")
    button = at.get_by_role("button", name=re.compile("^Play Ray"))
    button.click()
    until(at, f"{PLAYING} > 15")
    expect(button).to_have_attribute("aria-pressed", "true")
    tape = at.get_by_role("region", name="What plays")
    expect(tape).to_contain_text("Ray on the bike shop")
    at.evaluate("relisten.passages.audio.playbackRate = 8")
    until(at, "!relisten.passages.playing")
    assert at.evaluate("relisten.passages.fraction") == 1
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    until(at, f"{PLAYING} < 18")
    button.click()
    until(at, "!relisten.passages.playing")
    tape.get_by_role("button", name="Stop and close").click()
    expect(tape).to_be_hidden()


def test_play_all_runs_through_the_hits(at: Page) -> None:
    search(at, "price speaker:Nora,Ray")
    expect(at.locator(".hit")).to_have_count(4)
    at.get_by_role("button", name="Play all").click()
    until(at, PLAYING)
    at.evaluate("relisten.passages.audio.playbackRate = 10")
    for place in (1, 2, 3):
        until(at, f"relisten.passages.place === {place}")
        expect(at.locator(".hit.playing")).to_have_count(1)
        at.evaluate("relisten.passages.audio.playbackRate = 10")
    until(at, "!relisten.passages.playing")
    assert at.evaluate("relisten.passages.place") == 3


def test_play_all_goes_on_with_the_next_page(served: Served, page: Page) -> None:
    page.route(re.compile(r"/api/search"), in_small_pages)
    served.visit(page, "/?query=price")
    expect(page.locator(".hit")).to_have_count(2)
    page.get_by_role("button", name="Play all").click()
    until(page, PLAYING)
    page.evaluate("relisten.passages.step(1); relisten.passages.seek(0.98)")
    expect(page.locator(".hit")).to_have_count(4)
    until(page, "relisten.passages.place === 2 && relisten.passages.playing")


def in_small_pages(route: Route) -> None:
    """Have two hits a page."""
    route.continue_(url=route.request.url.replace("limit=20", "limit=2"))


def test_one_without_a_copy_says_what_to_do(at: Page, served: Served) -> None:
    with served.library() as library:
        library.copy_path(FIRST).unlink()
    search(at, "fine")
    at.get_by_role("button", name=re.compile("^Play Ray")).click()
    expect(at.get_by_role("status")).to_contain_text("there is no listening copy")


# Keys


def test_everything_is_done_by_keys(at: Page) -> None:
    keys, choosers = at.keyboard, list[object]()
    at.on("filechooser", lambda chooser: choosers.append(chooser))  # noqa: PLW0108
    keys.press("/")
    expect(at.get_by_role("searchbox")).to_be_focused()
    keys.type("price speaker:Ray")
    expect(at.locator(".hit")).to_have_count(2)
    keys.press("ArrowDown")
    expect(at.locator(".hit .play").nth(0)).to_be_focused()
    keys.press("j")
    expect(at.locator(".hit .play").nth(1)).to_be_focused()
    keys.press("k")
    keys.press("Enter")
    until(at, PLAYING)
    keys.press("n")
    until(at, "relisten.passages.place === 1")
    keys.press("p")
    until(at, "relisten.passages.place === 0")
    at.locator("#found-title").click()
    at.evaluate("document.activeElement.blur()")
    keys.press(" ")
    until(at, "!relisten.passages.playing")
    keys.press("Escape")
    expect(at.locator(".tape")).to_be_hidden()
    keys.press("a")
    until(at, "relisten.passages.running && relisten.passages.playing")
    keys.press("?")
    dialog = at.get_by_role("dialog", name="Keys")
    for said in ("Search", "Play all hits", "Next passage", "Add recordings"):
        expect(dialog).to_contain_text(said)
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    keys.press("i")
    wait_for(at, choosers)


def test_the_first_stop_of_the_tab_key_leads_past_the_header(at: Page) -> None:
    at.keyboard.press("Tab")
    expect(at.get_by_role("link", name="To the recordings")).to_be_focused()
    at.keyboard.press("Enter")
    expect(at.locator("main")).to_be_focused()


# Adding recordings


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have recordings transcribed without weights."""
    monkeypatch.setattr("pipeline.web.children.RELISTEN", COMMAND)


def wav(tmp_path: Path, name: str, seed: int = 1) -> Path:
    return sounds.write_wav(tmp_path / name, sounds.speech(1, seed=seed))


@pytest.mark.usefixtures("quick")
def test_chosen_files_are_copied_transcribed_and_come_into_the_list(
    at: Page, served: Served, tmp_path: Path
) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("no sound", encoding="utf-8")
    at.locator("#files").set_input_files([wav(tmp_path, "Cara 2026-10-02.wav"), notes])
    dialog = at.get_by_role("dialog", name="Add recordings")
    expect(dialog).to_contain_text("notes.txtleft out: its ending is none of a recording")
    expect(dialog.get_by_label(re.compile("Project"))).to_be_focused()
    dialog.get_by_label(re.compile("Project")).fill("globex")
    dialog.get_by_role("button", name="Add it").click()
    row = at.locator(".recordings tbody tr", has_text="Cara 2026-10-02")
    expect(row).to_contain_text("globex", timeout=30_000)
    expect(row).to_contain_text("2 October 2026")
    sent = served.folder / "recordings" / "Cara 2026-10-02.wav"
    assert abs(sent.stat().st_mtime - (tmp_path / "Cara 2026-10-02.wav").stat().st_mtime) < 0.01
    assert [each.name for each in (served.folder / "recordings").glob("[!.]*")] == [
        "Cara 2026-10-02.wav"
    ]


@pytest.mark.usefixtures("quick")
def test_files_are_dropped_anywhere(at: Page, tmp_path: Path) -> None:
    drop(at, ["Dan.wav"], wav(tmp_path, "Dan.wav", seed=4).read_bytes())
    expect(at.locator("#veil")).to_be_hidden()
    dialog = at.get_by_role("dialog", name="Add recordings")
    dialog.get_by_role("button", name="Add it").click()
    expect(at.locator(".recordings")).to_contain_text("Dan", timeout=30_000)


DROP = """([names, numbers]) => {
  const held = new DataTransfer();
  for (const name of names) held.items.add(new File([new Uint8Array(numbers)], name));
  const how = { dataTransfer: held, bubbles: true, cancelable: true };
  const event = (name) => new DragEvent(name, how);
  document.body.dispatchEvent(event("dragenter"));
  const shown = !document.getElementById("veil").hidden;
  document.body.dispatchEvent(event("drop"));
  return shown;
}"""


def drop(page: Page, names: list[str], data: bytes = b"x") -> None:
    """Drop files, which the page shows that it takes."""
    assert page.evaluate(DROP, [names, list(data)])


def test_nothing_is_sent_until_it_is_said_so(at: Page, served: Served) -> None:
    drop(at, ["one.wav", "two.mp3", "three.pdf"])
    dialog = at.get_by_role("dialog", name="Add recordings")
    expect(dialog.get_by_role("button", name="Add 2 recordings")).to_be_enabled()
    dialog.get_by_role("button", name="Cancel").click()
    drop(at, ["three.pdf"])
    expect(dialog.get_by_role("button", name="Add it")).to_be_disabled()
    at.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert not list((served.folder / "recordings").glob("[!.]*"))


@pytest.mark.usefixtures("quick")
def test_one_that_fails_says_why_and_can_be_tried_again(
    at: Page, served: Served, tmp_path: Path
) -> None:
    drop(at, ["Eve.wav"], b"no sound")
    at.get_by_role("button", name="Add it").click()
    failed = at.get_by_text("1 file could not be transcribed")
    expect(failed).to_be_visible(timeout=30_000)
    failed.click()
    expect(at.locator(".failed")).to_contain_text("It is no audio or video that can be opened")
    place = served.folder / "recordings" / "Eve.wav"
    place.write_bytes(wav(tmp_path, "whole.wav").read_bytes())
    at.get_by_role("button", name="Try Eve.wav again").click()
    expect(at.locator(".recordings")).to_contain_text("Eve", timeout=30_000)
    expect(failed).to_be_hidden()


def test_what_is_no_longer_possible_says_so(at: Page) -> None:
    at.route("**/api/imports?*", lambda route: route.abort())
    drop(at, ["Eve.wav"])
    at.get_by_role("button", name="Add it").click()
    expect(at.locator(".toast")).to_contain_text("Eve.wav: it could not be sent. Add it again.")


def test_a_batch_elsewhere_is_shown_as_it_goes(at: Page, served: Served, tmp_path: Path) -> None:
    over = threading.Event()

    def batch() -> None:
        with shown_as_running(served.folder, silent) as report:
            report(Progress(FILES, 1, 3, path=tmp_path / "Finn.wav"))
            report(Progress("transcribe", 60.0, 120.0))
            report(Progress(WHOLE, 90.0, 360.0))
            over.wait(30)

    thread = threading.Thread(target=batch)
    thread.start()
    at.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    activity = at.locator("#activity")
    try:
        expect(activity).to_contain_text("Finn.wav")
        expect(activity).to_contain_text("2 of 3 · writing down the words 50 %")
        expect(activity.get_by_role("progressbar")).to_have_attribute("value", "0.25")
        assert violations(at) == []
    finally:
        over.set()
        thread.join()
    expect(activity).to_be_hidden()


def test_what_another_program_adds_comes_by_itself(at: Page, served: Served) -> None:
    with served.library() as library:
        library.add_tags(SECOND, ["brand new"])
    at.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(at.locator(".recordings")).to_contain_text("brand new", timeout=20_000)


# For everyone


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_wrong(
    served: Served, chromium: Browser, scheme: Any, width: int
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    served.visit(page, "/")
    page.locator(".recordings tbody tr").first.wait_for()
    assert violations(page) == []
    search(page, "price")
    page.locator(".hit .play").first.click()
    expect(page.locator(".tape")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    drop(page, ["one.wav", "notes.txt"])
    page.get_by_role("dialog").wait_for()
    assert violations(page) == []
    context.close()


def test_nothing_is_asked_of_any_other_place(served: Served, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    served.visit(page, "/?query=price")
    expect(page.locator(".hit")).to_have_count(5)
    assert {url for url in asked if not url.startswith((served.address, "data:"))} == set()
    assert any("/static/library.js" in url for url in asked)
