"""The page of all highlights: by tag, each playing, changed where it stands, saved as files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from pipeline.highlights import Highlight
from tests.browser.calls import FIRST, SECOND
from tests.browser.looking import violations
from tests.browser.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from pipeline.library import Library
    from tests.browser.conftest import Served

pytestmark = pytest.mark.browser

PLAYING = "relisten.passages.playing && relisten.passages.audio.currentTime"


def mark(library: Library, identity: str, start: float, *tags: str, **more: Any) -> None:
    made = Highlight(start, start + 2, 0, "as it was", tags, **more)
    library.add_highlights(identity, [made])


@pytest.fixture
def at(served: Served, page: Page) -> Page:
    """Open the page on four highlights: one is there already, with the tag "paper"."""
    with served.library() as library:
        mark(library, FIRST, 5.0, "price", "paper", starred=True)
        mark(library, FIRST, 36.0, "price")
        mark(library, SECOND, 1.0)
    served.visit(page, "/highlights")
    page.locator(".quote").first.wait_for()
    return page


def quote(page: Page, said: str) -> Locator:
    return page.locator(".quote", has_text=said).first


def kept(served: Served, start: float, identity: str = FIRST) -> Highlight:
    with served.library() as library:
        found = [each for each in library.highlights(identity) if each.start == start]
    return found[0]


def saved(page: Page) -> None:
    """Wait until the page says that something is saved."""
    until(page, "document.querySelector('#said-aloud')?.textContent.startsWith('Saved')")


def heads(page: Page) -> list[str]:
    return page.locator(".group > h2").all_inner_texts()


def test_highlights_stand_under_their_tags(at: Page) -> None:
    assert heads(at) == ["paper 2", "price 2", "Without a tag 1"]
    expect(at.locator("#many")).to_have_text("4 passages, 1 starred")
    card = quote(at, "The paper was not")
    for said in ("Ray", "Ray on the bike shop", "0:16", "1 September 2026", "fernhop", "paper"):
        expect(card).to_contain_text(said)
    expect(card.get_by_label(re.compile("^Note on"))).to_have_value("ask for more")
    assert card.get_by_role("link").get_attribute("href") == f"/recordings/{FIRST[:16]}#t=0:16.4"


def test_or_under_their_recordings(at: Page) -> None:
    at.get_by_label("Grouped").select_option("By recording")
    assert set(heads(at)) == {
        "Ray on the bike shop, 1 September 2026 3",
        "Nobody told apart, 1 September 2026 1",
    }
    expect(at.get_by_label("Grouped")).to_be_focused()


def test_what_the_transcript_says_now_is_shown_with_what_it_said(at: Page) -> None:
    card = quote(at, "My sister found it")
    expect(card).to_contain_text("When it was marked: as it was")
    expect(quote(at, "The paper was not")).not_to_contain_text("When it was marked")


def test_a_tag_a_star_and_a_project_choose_which_are_shown(at: Page) -> None:
    at.get_by_role("button", name="price 2").click()
    expect(at.locator(".quote")).to_have_count(2)
    expect(at).to_have_url(re.compile(r"\?tag=price"))
    at.get_by_role("button", name="Starred 1").click()
    expect(at.locator(".quote")).to_have_count(1)
    at.reload()
    expect(at.locator(".quote")).to_have_count(1)
    expect(at.get_by_role("button", name="price 2")).to_have_attribute("aria-pressed", "true")
    at.get_by_role("button", name="price 2").click()
    at.get_by_role("button", name="Starred 1").click()
    at.get_by_role("button", name="fernhop 3").click()
    expect(at.locator("#many")).to_have_text("3 passages, 1 starred")


def test_nothing_marked_says_how_it_is_done(served: Served, page: Page) -> None:
    with served.library() as library:
        for each in library.highlights(FIRST):
            library.remove_highlight(FIRST, each.number, each.changed_at)
    served.visit(page, "/highlights")
    expect(page.get_by_role("heading", name="Nothing is marked yet")).to_be_visible()
    assert violations(page) == []


def test_each_plays_and_stops_at_its_end(at: Page) -> None:
    button = quote(at, "My sister found it").get_by_role("button", name=re.compile("^Play"))
    button.click()
    until(at, f"{PLAYING} > 4.5")
    expect(at.locator(".quote.playing").first).to_contain_text("My sister found it")
    at.evaluate("relisten.passages.audio.playbackRate = 6")
    until(at, "!relisten.passages.playing")
    assert 7 < at.evaluate("relisten.passages.audio.currentTime") < 9


def test_play_all_plays_each_once_whatever_its_tags(at: Page) -> None:
    at.get_by_role("button", name="Play all").click()
    until(at, PLAYING)
    assert at.evaluate("relisten.passages.list.length") == 4
    at.evaluate("relisten.passages.seek(0.97)")
    until(at, "relisten.passages.place === 1 && relisten.passages.playing")


def test_a_star_is_kept_at_once_on_every_card(at: Page, served: Served) -> None:
    cards = at.locator(".quote", has_text="The paper was not")
    star = cards.first.get_by_role("button", name=re.compile("^Star"))
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(star).to_be_focused()
    expect(at.get_by_role("button", name="Starred 2")).to_be_visible()
    assert kept(served, 16.4).starred


def test_a_note_is_kept_as_it_is_typed(at: Page, served: Served) -> None:
    note = quote(at, "My sister found it").get_by_label(re.compile("^Note on"))
    note.fill("She is the one\nto ask.")
    saved(at)
    expect(note).to_be_focused()
    assert kept(served, 5.0).note == "She is the one\nto ask."
    at.reload()
    expect(quote(at, "My sister found it").get_by_label(re.compile("^Note on"))).to_have_value(
        "She is the one\nto ask."
    )


def test_tags_are_edited_where_they_stand(at: Page, served: Served) -> None:
    card = quote(at, "Yes, I would")
    card.get_by_role("button", name=re.compile("^Edit tags")).click()
    field = card.get_by_label(re.compile("^Tags of"))
    expect(field).to_have_value("price")
    field.fill("price, next year ")
    field.press("Enter")
    expect(card.get_by_role("button", name="next year")).to_be_visible()
    saved(at)
    assert kept(served, 36.0).tags == ("price", "next year")
    expect(at.get_by_role("group", name="Tags")).to_contain_text("next year")
    card.get_by_role("button", name=re.compile("^Edit tags")).click()
    field.fill("none of this")
    field.press("Escape")
    expect(card.get_by_role("button", name=re.compile("^Edit tags"))).to_be_focused()
    assert kept(served, 36.0).tags == ("price", "next year")


def test_what_was_changed_elsewhere_is_not_written_over_unasked(at: Page, served: Served) -> None:
    change(served, 5.0, note="theirs")
    card = quote(at, "My sister found it")
    card.get_by_label(re.compile("^Note on")).fill("mine")
    expect(card.get_by_role("alert")).to_contain_text("Not saved yet.")
    assert kept(served, 5.0).note == "theirs"
    card.get_by_role("button", name="Keep mine").click()
    saved(at)
    assert kept(served, 5.0).note == "mine"


def test_or_it_takes_the_place_of_what_was_typed(at: Page, served: Served) -> None:
    change(served, 5.0, note="theirs")
    card = quote(at, "My sister found it")
    card.get_by_label(re.compile("^Note on")).fill("mine")
    card.get_by_role("button", name="Take what stands there").click()
    expect(card.get_by_label(re.compile("^Note on"))).to_have_value("theirs")
    assert kept(served, 5.0).note == "theirs"


def change(served: Served, start: float, **fields: Any) -> None:
    """Change a highlight as another tab does."""
    import httpx

    known = kept(served, start)
    answer = httpx.patch(
        f"{served.address}/api/highlights/{FIRST}/{known.number}",
        json={"was": known.changed_at, **fields},
        headers={"authorization": f"Bearer {served.token}"},
    )
    assert answer.status_code == 200


def test_what_cannot_be_saved_stays_and_is_tried_again(at: Page, served: Served) -> None:
    at.route("**/api/highlights/**", lambda route: route.abort())
    card = quote(at, "My sister found it")
    note = card.get_by_label(re.compile("^Note on"))
    note.fill("typed while it was gone")
    expect(card.get_by_role("alert")).to_contain_text("Not saved yet. relisten does not answer.")
    expect(note).to_have_value("typed while it was gone")
    at.unroute("**/api/highlights/**")
    card.get_by_role("button", name="Try again").click()
    expect(card.get_by_role("alert")).to_be_hidden()
    saved(at)
    assert kept(served, 5.0).note == "typed while it was gone"


def test_one_is_removed_and_brought_back(at: Page, served: Served) -> None:
    quote(at, "Yes, I would").get_by_role("button", name=re.compile("^Remove")).click()
    expect(at.locator("#many")).to_have_text("3 passages, 1 starred")
    with served.library() as library:
        assert len(library.highlights(FIRST)) == 2
    at.locator(".toast").get_by_role("button", name="Undo").click()
    expect(at.locator("#many")).to_have_text("4 passages, 1 starred")
    assert kept(served, 36.0).tags == ("price",)


@pytest.mark.parametrize(("kind", "begins"), [("md", "#"), ("csv", "")])
def test_the_quotes_that_are_shown_are_saved_as_a_file(at: Page, kind: str, begins: str) -> None:
    at.get_by_role("button", name="price 2").click()
    with at.expect_download() as download:
        at.get_by_role("link", name=f"Save these quotes as .{kind}").click()
    text = download.value.path().read_text(encoding="utf-8").removeprefix("\ufeff")
    assert download.value.suggested_filename == f"highlights.{kind}"
    assert text.startswith(begins)
    for said in ("My sister found it", "Ray", "0:05", "2026"):
        assert said in text
    assert "The paper was not" not in text


def test_all_of_it_is_done_by_keys(at: Page, served: Served) -> None:
    keys = at.keyboard
    at.locator("#many").click()
    keys.press("ArrowDown")
    expect(at.locator(".quote .play").nth(0)).to_be_focused()
    keys.press("j")
    expect(at.locator(".quote .play").nth(1)).to_be_focused()
    keys.press("s")
    saved(at)
    keys.press("e")
    expect(at.locator(".quote .note").nth(1)).to_be_focused()
    keys.type(" more")
    keys.press("Escape")
    keys.press("k")
    keys.press("j")
    keys.press("t")
    expect(at.get_by_label(re.compile("^Tags of"))).to_be_focused()
    keys.press("Escape")
    keys.press("a")
    until(at, PLAYING)
    keys.press("n")
    until(at, "relisten.passages.place === 1")
    keys.press("?")
    expect(at.get_by_role("dialog", name="Keys")).to_contain_text("Write a note on it")
    keys.press("Escape")
    until(at, "!document.querySelector('dialog:modal')")
    keys.press("Escape")
    expect(at.locator(".tape")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_wrong(
    at: Page, served: Served, chromium: Browser, scheme: Any, width: int
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    served.visit(page, "/highlights")
    page.locator(".quote .play").first.click()
    expect(page.locator(".tape")).to_be_visible()
    page.locator(".edit-tags").last.click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_the_page_stays_where_one_of_two_cards_of_a_highlight_is_pressed(at: Page) -> None:
    at.set_viewport_size({"width": 900, "height": 420})
    twins = at.locator(".quote", has_text="My sister found it")
    expect(twins).to_have_count(2)
    button = twins.first.get_by_role("button", name=re.compile("^Play"))
    button.scroll_into_view_if_needed()
    before = at.evaluate("scrollY")
    button.click()
    until(at, PLAYING)
    at.wait_for_timeout(400)
    assert abs(at.evaluate("scrollY") - before) < 5
    expect(at.locator(".quote.playing")).to_have_count(2)
