"""Correcting while hearing: what is typed is saved, kept, taken back, and never lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal
from urllib.request import Request, urlopen

import pytest

from tests.browser.looking import violations
from tests.browser.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from pipeline.transcript import Turn
    from tests.browser.conftest import Served

    Scheme = Literal["light", "dark"]

pytestmark = pytest.mark.browser

CAFE = "My sister found it in a café in Duluth, and paid $450 for a year."
PRICE = "What did the price mean to you?"
SAID = "document.querySelector('#turn-%d > .said').textContent"
LABEL = "(document.querySelector('.edit-label')?.textContent ?? '')"
FOCUSED = "document.activeElement.id"
YEAHS = "[...document.querySelectorAll('.said')].filter(e => e.textContent === 'Yeah.').length"
SELECT = """([turn, start, end]) => {
  const node = relisten.transcript.saidNode(turn);
  document.getSelection().setBaseAndExtent(node, start, node, end);
}"""
# Noticing nothing until it is told: as if both did it at one moment.
ALONE = """() => {
  desk.noticing.channel.close();
  desk.noticing.channel = { postMessage() {}, close() {} };
  desk.noticing.look = async () => {};
}"""


@pytest.fixture
def call(served: Served, page: Page) -> Page:
    """Return the page of the first recording, ready to be corrected."""
    return opened(served, page)


def opened(served: Served, page: Page) -> Page:
    """Open the first recording, ready to be corrected."""
    served.open_call(page)
    until(page, "globalThis.desk")
    return page


def editor(page: Page, turn: int) -> Locator:
    """Begin to correct a turn by its key; return what is typed into."""
    page.locator(f"#turn-{turn}").focus()
    page.keyboard.press("e")
    return page.locator(f"#turn-{turn} textarea")


def until_said(page: Page, turn: int, text: str) -> None:
    """Wait until the page shows that a turn says something, with nothing left to be saved."""
    until(page, f"{SAID % turn} === {text!r} && !document.querySelector('.edit')")


def turns(served: Served) -> tuple[Turn, ...]:
    """Return the turns as the library has them."""
    with served.library() as library:
        return library.turns(served.first)


def elsewhere(served: Served, path: str, **body: object) -> None:
    """Change something of the first recording as another program would."""
    address = f"{served.address}/api/recordings/{served.first}/{path}"
    headers = {"Authorization": f"Bearer {served.token}", "Content-Type": "application/json"}
    asked = Request(address, json.dumps(body).encode(), headers)
    with urlopen(asked) as answer:
        assert answer.status == 200


def typed_elsewhere(served: Served, position: int, text: str) -> None:
    """Correct a turn as another program would."""
    turn = turns(served)[position]
    elsewhere(served, f"turns/{position}", was=turn.text, text=text, start=turn.start)


def select(page: Page, turn: int, text: str) -> None:
    """Select a text in a turn."""
    whole = page.evaluate(f"relisten.prepared.turns[{turn}].text")
    start = whole.index(text)
    page.evaluate(SELECT, [turn, start, start + len(text)])


def toasts(page: Page) -> str:
    """Return what is said in passing."""
    return " | ".join(page.locator(".toast").all_inner_texts())


# In its place


def test_a_turn_is_corrected_by_keys_and_words_keep_their_times(served: Served, call: Page) -> None:
    before = turns(served)[1]
    field = editor(call, 1)
    assert field.input_value() == CAFE
    field.fill(CAFE.replace("found", "has found").replace("$450", "$540"))
    call.keyboard.press("Control+Enter")
    until_said(call, 1, "My sister has found it in a café in Duluth, and paid $540 for a year.")
    assert call.evaluate(FOCUSED) == "turn-1"
    call.reload()
    until(call, f"globalThis.relisten && {SAID % 1}.includes('$540')")
    after = turns(served)[1].words
    kept = [word for word in before.words if word.text not in ("found", "$450")]
    same = [word for word in after if word.text not in ("has", "found", "$540")]
    assert [(w.text, w.start, w.end) for w in same] == [(w.text, w.start, w.end) for w in kept]


def test_a_double_click_begins_at_the_word_and_a_click_elsewhere_saves(call: Page) -> None:
    box = call.locator("#turn-2 > .said").bounding_box()
    assert box
    call.mouse.dblclick(box["x"] + 12, box["y"] + box["height"] / 2)
    field = call.locator("#turn-2 textarea")
    chosen = field.evaluate("each => each.value.slice(each.selectionStart, each.selectionEnd)")
    assert chosen.strip() == "What"
    call.keyboard.type("Which ")
    call.locator("h1").click()
    until_said(call, 2, "Which did the price mean to you?")


def test_the_next_turn_follows_without_a_mouse(call: Page) -> None:
    editor(call, 1).fill("My sister.")
    call.keyboard.press("Control+Shift+Enter")
    assert call.evaluate("document.activeElement.value") == PRICE
    until(call, f"{SAID % 1} === 'My sister.'")
    assert call.evaluate("document.activeElement.value") == PRICE


def test_the_caret_is_at_the_word_that_is_heard(call: Page) -> None:
    call.evaluate("relisten.jump(6.8)")  # "café"
    field = editor(call, 1)
    assert field.evaluate("each => each.value.slice(each.selectionStart)").startswith("a café")


def test_the_sound_is_under_the_fingers(call: Page) -> None:
    call.evaluate("relisten.jump(5)")
    field = editor(call, 1)
    call.keyboard.press("Control+ ")
    until(call, "relisten.player.playing && relisten.player.time > 5.8")
    assert call.locator("#turn-1 .heard b").inner_text() in CAFE
    call.keyboard.press("F2")
    until(call, "relisten.player.time < 5")
    call.locator(".deck .play").click()  # which leaves the text alone
    until(call, "!relisten.player.playing")
    call.keyboard.press("F4")
    until(call, "relisten.player.playing")
    assert field.evaluate("each => each === document.activeElement")
    assert field.input_value() == CAFE
    call.locator("#turn-1").get_by_role("button", name="Loop this turn").click()
    assert call.evaluate("relisten.player.loop.start") == 5
    assert field.evaluate("each => each === document.activeElement")


def test_what_is_typed_stays_in_sight_while_others_speak(call: Page) -> None:
    editor(call, 1)
    call.evaluate("relisten.player.seek(36)")
    assert call.evaluate("relisten.scrolling.following") is False
    call.keyboard.press("Escape")
    assert call.evaluate("relisten.scrolling.following") is True


def test_giving_up_asks_nothing_where_nothing_changed(call: Page) -> None:
    editor(call, 1)
    call.keyboard.press("Escape")
    assert call.locator(".edit").count() == 0
    assert call.evaluate(FOCUSED) == "turn-1"


def test_what_was_given_up_is_kept_as_a_draft(call: Page) -> None:
    editor(call, 1).fill("My brother.")
    call.keyboard.press("Escape")
    assert call.locator("#turn-1 .draft-text").inner_text() == "My brother."
    assert call.locator("#turn-1 > .said").inner_text() == CAFE
    call.locator("#turn-1").get_by_role("button", name="Edit on").click()
    assert call.evaluate("document.activeElement.value") == "My brother."
    call.keyboard.press("Escape")
    call.locator("#turn-1").get_by_role("button", name="Discard").click()
    call.reload()
    until(call, "globalThis.desk")
    assert call.locator(".edit").count() == 0


# Nothing is lost


def test_what_was_typed_is_offered_again_after_the_tab_is_gone(served: Served, page: Page) -> None:
    other = opened(served, page.context.new_page())
    editor(other, 1).press_sequentially("Well: ")
    second = opened(served, page)
    assert second.locator(".edit").count() == 0  # it is being typed elsewhere
    other.close()
    second.reload()
    until(second, "document.querySelector('#turn-1 .edit')")
    assert "not saved when this page was closed" in toasts(second)
    second.get_by_role("button", name="Save it").click()
    until_said(second, 1, f"Well: {CAFE}")
    second.reload()
    until(second, "globalThis.desk")
    assert second.locator(".edit").count() == 0


def test_a_server_that_does_not_answer_loses_nothing(served: Served, call: Page) -> None:
    call.route("**/turns/*", lambda route: route.abort())
    editor(call, 1).fill("My brother.")
    call.keyboard.press("Control+Enter")
    until(call, "document.querySelector('#turn-1 .sentence')")
    said = call.locator("#turn-1 .sentence").inner_text()
    assert said.startswith("Not saved yet: the server does not answer.")
    assert call.locator("#turn-1 p.said-again").inner_text() == "My brother."
    call.reload()  # the tab dies, too
    until(call, "document.querySelector('#turn-1 .edit')")
    call.get_by_role("button", name="Save it").click()
    until(call, "document.querySelector('#turn-1 .sentence')")
    call.unroute("**/turns/*")
    until_said(call, 1, "My brother.")
    assert turns(served)[1].text == "My brother."


def test_what_the_server_had_though_it_did_not_answer_is_not_a_conflict(
    served: Served, call: Page
) -> None:
    answered = list[int]()

    def cut_off(route: object) -> None:
        if not answered:
            answered.append(route.fetch().status)  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    call.route("**/turns/*", cut_off)
    editor(call, 1).fill("My brother.")
    call.keyboard.press("Control+Enter")
    until_said(call, 1, "My brother.")
    assert answered == [200]


def test_a_server_that_is_gone_is_told_until_it_is_back(call: Page) -> None:
    call.route("**/version", lambda route: route.abort())
    lost = call.get_by_text("The server does not answer", exact=True)
    lost.wait_for()
    call.unroute("**/version")
    lost.wait_for(state="hidden")


def test_what_a_batch_holds_is_saved_when_it_is_free(call: Page) -> None:
    held = {"status": 423, "json": {"error": "A batch works on it."}}
    call.route("**/turns/*", lambda route: route.fulfill(**held))
    editor(call, 1).fill("My brother.")
    call.keyboard.press("Control+Enter")
    call.get_by_text("Not saved yet: A batch works on it.").wait_for()
    call.unroute("**/turns/*")
    until_said(call, 1, "My brother.")


def test_a_refused_text_is_kept_with_the_reason(call: Page) -> None:
    refusal = {"status": 400, "json": {"error": "That is too long. Write less."}}
    call.route("**/turns/*", lambda route: route.fulfill(**refusal))
    editor(call, 1).fill("My brother.")
    call.keyboard.press("Control+Enter")
    until(call, "document.querySelector('#turn-1 .sentence.bad')")
    assert "Write less." in call.locator("#turn-1 .sentence").inner_text()
    call.unroute("**/turns/*")
    call.locator("#turn-1").get_by_role("button", name="Try again").click()
    until_said(call, 1, "My brother.")


# Two at once


@pytest.mark.parametrize(
    ("choice", "left"), [("Keep mine", "My brother."), ("Keep what is there", "Her sister.")]
)
def test_two_tabs_do_not_overwrite_each_other(
    served: Served, call: Page, choice: str, left: str
) -> None:
    call.evaluate(ALONE)
    other = opened(served, call.context.new_page())
    editor(call, 1).fill("My brother.")
    editor(other, 1).fill("Her sister.")
    other.keyboard.press("Control+Enter")
    until_said(other, 1, "Her sister.")
    call.keyboard.press("Control+Enter")
    until(call, "document.querySelector('#turn-1 .both')")
    both = call.locator("#turn-1 .both").inner_text()
    assert "Her sister." in both
    assert "My brother." in both
    assert turns(served)[1].text == "Her sister."
    call.locator("#turn-1").get_by_role("button", name=choice).click()
    until_said(call, 1, left)
    assert turns(served)[1].text == left


def test_a_turn_that_moved_meanwhile_is_found_again(served: Served, call: Page) -> None:
    call.evaluate(ALONE)
    field = editor(call, 2)
    typed_elsewhere(served, 0, "")  # one turn less
    field.fill("What did it mean?")
    call.keyboard.press("Control+Enter")
    until_said(call, 1, "What did it mean?")
    assert turns(served)[1].text == "What did it mean?"


@pytest.mark.parametrize("gone", [0, 2])
def test_what_is_typed_in_a_turn_that_goes_is_in_no_other_of_the_same_text(
    served: Served, call: Page, gone: int
) -> None:
    typed_elsewhere(served, gone, "Yeah.")
    typed_elsewhere(served, gone + 2, "Yeah.")
    until(call, f"{SAID % gone} === 'Yeah.' && {SAID % (gone + 2)} === 'Yeah.'")
    field = editor(call, gone)
    field.fill("No.")
    typed_elsewhere(served, gone, "")
    until(call, f"{YEAHS} === 1")
    call.keyboard.press("Control+Enter")
    until(call, f"{LABEL}.startsWith('This turn is not there any more')")
    said = [turn.text for turn in turns(served)]
    assert (said.count("Yeah."), said.count("No.")) == (1, 0)
    call.reload()  # what was typed is kept, and goes nowhere else either
    until(call, f"{LABEL} === 'A draft that is not saved'")
    call.get_by_role("button", name="Save it").click()
    until(call, f"{LABEL}.startsWith('This turn is not there any more')")
    call.get_by_role("button", name="Discard").click()
    assert [turn.text for turn in turns(served)] == said


def test_a_turn_that_is_gone_need_not_be_taken_out(served: Served, call: Page) -> None:
    field = editor(call, 0)
    field.fill("")
    typed_elsewhere(served, 0, "")
    until(call, f"{SAID % 0} === {CAFE!r}")
    call.keyboard.press("Control+Enter")
    until(call, "!document.querySelector('.edit')")


def test_what_is_changed_elsewhere_is_followed_without_losing_anything(
    served: Served, call: Page
) -> None:
    call.evaluate("relisten.jump(15, { play: true })")
    field = editor(call, 2)
    field.press_sequentially("So: ")
    elsewhere(served, "speakers", kind="name", who="Ray", what="Raymond")
    typed_elsewhere(served, 2, "What was the price?")
    until(call, "document.querySelector('#turn-1 .who').textContent === 'Raymond'")
    assert call.evaluate("relisten.player.playing && relisten.player.time > 15")
    assert field.input_value() == f"So: {PRICE}"
    assert field.evaluate("each => [document.activeElement === each, each.selectionStart]") == [
        True,
        4,
    ]
    until(call, f"{SAID % 2} === 'What was the price?'")
    assert "meanwhile" in call.locator("#turn-2 .edit-note").inner_text()
    assert "Changed elsewhere" in toasts(call)
    call.keyboard.press("Control+Enter")
    until(call, "document.querySelector('#turn-2 .both')")


def test_what_grows_above_moves_nothing(served: Served, call: Page) -> None:
    call.set_viewport_size({"width": 640, "height": 420})
    call.evaluate("scrollTo({ top: 9999, behavior: 'instant' })")
    top = "[...document.querySelectorAll('.turn')].at(-1).getBoundingClientRect().top"
    before = call.evaluate(top)
    first = turns(served)[0].text
    typed_elsewhere(served, 0, f"{first} And so on. " * 30)
    until(call, f"{SAID % 0}.length > 900")
    until(call, f"Math.abs({top} - {before}) < 2")


# Who says it


def test_a_turn_is_given_to_another_speaker_and_taken_back(served: Served, call: Page) -> None:
    call.locator("#turn-2").focus()
    call.keyboard.press("g")
    call.keyboard.press("1")  # the first of the others
    until(
        call,
        "relisten.prepared.turns.every(({ text, speaker }) => text !== "
        f"{PRICE!r} || speaker === 'Ray')",
    )
    assert "Undo" in toasts(call)
    call.keyboard.press("Control+z")
    until(
        call,
        f"relisten.prepared.turns.find(({{ text }}) => text === {PRICE!r})?.speaker === 'Nora'",
    )
    assert [turn.speaker for turn in turns(served) if turn.text == PRICE] == ["Nora"]


def test_a_part_of_a_turn_is_given_to_somebody_new(served: Served, call: Page) -> None:
    select(call, 1, "paid $450 for a year.")
    call.keyboard.press("g")
    call.get_by_label("A new name").fill("Colin")
    call.keyboard.press("Enter")
    until(call, "relisten.source.contents.speakers.includes('Colin')")
    said = {turn.text for turn in turns(served) if turn.speaker == "Colin"}
    assert said == {"paid $450 for a year."}


def test_speakers_are_named_given_roles_and_merged(served: Served, call: Page) -> None:
    call.locator("#turn-3").focus()
    call.keyboard.press("a")
    name = call.locator(".person input").nth(1)
    name.fill("Ray Ollila")
    name.press("Tab")
    # Before the name is kept: it is his role all the same.
    call.locator("[data-field^=role]").nth(1).select_option("other")
    call.locator("dialog .toast").wait_for()  # is not behind the dialog
    until(call, "relisten.source.contents.speakers.includes('Ray Ollila')")
    until(call, "relisten.source.roles['Ray Ollila'] === 'other'")
    call.locator("[data-field^=same]").nth(1).select_option("Nora")
    call.get_by_role("button", name="Merge Ray Ollila into who is chosen").click()
    until(call, "relisten.source.contents.speakers.length === 1")
    call.keyboard.press("Escape")
    until(call, f"{FOCUSED}.startsWith('turn-')")  # though all turns are new
    assert {turn.speaker for turn in turns(served)} == {"Nora"}
    call.keyboard.press("Control+z")
    until(call, "relisten.source.contents.speakers.length === 2")


# Everywhere


def test_words_are_replaced_everywhere_after_all_places_were_shown(
    served: Served, call: Page
) -> None:
    call.keyboard.press("r")
    call.get_by_label("Stands now").fill("price")
    call.get_by_label("Is to be").fill("cost")
    call.locator(".replace-form select").select_option("everywhere")
    replace = call.get_by_role("button", name="Replace in 5 places")
    replace.wait_for()
    places = call.locator(".places li").all_inner_texts()
    assert len(places) == 5
    assert "What did the price cost mean" in places[0]
    assert "price" in turns(served)[2].text  # nothing was done yet
    replace.click()
    until(call, f"{SAID % 2} === 'What did the cost mean to you?'")
    with served.library() as library:
        assert "cost" in library.turns(served.second)[0].text
    call.keyboard.press("Control+z")
    until(call, f"{SAID % 2} === {PRICE!r}")


def test_after_a_correction_the_same_elsewhere_is_offered(call: Page) -> None:
    editor(call, 2).fill(PRICE.replace("price", "cost"))
    call.keyboard.press("Control+Enter")
    call.get_by_role("button", name="Everywhere …").click()
    assert call.get_by_label("Stands now").input_value() == "price"
    assert call.get_by_label("Is to be").input_value() == "cost"
    call.get_by_role("button", name="Replace in 3 places").wait_for()


# Taking back


def test_a_change_is_taken_back_by_its_toast_and_after_a_reload(call: Page) -> None:
    for text in ("My brother.", "My aunt."):
        editor(call, 1).fill(text)
        call.keyboard.press("Control+Enter")
        until_said(call, 1, text)
    call.locator(".toast").last.get_by_role("button", name="Undo").click()
    until_said(call, 1, "My brother.")
    call.reload()
    until(call, "globalThis.desk")
    call.keyboard.press("Control+z")
    until_said(call, 1, CAFE)
    call.keyboard.press("Control+z")
    assert call.locator("#said-aloud").inner_text() == "There is nothing to undo"


def test_every_key_of_editing_is_in_the_table(call: Page) -> None:
    call.keyboard.press("?")
    shown = call.locator("dialog.keys").inner_text()
    for said in ("Correct the turn", "Give up", "Who is who", "Replace words", "Undo the last"):
        assert said in shown


# For everyone


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_added_to_the_text_is_for_everyone(call: Page, scheme: Scheme) -> None:
    call.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    editor(call, 0).fill("Hello.")
    call.keyboard.press("Escape")
    call.route("**/turns/*", lambda route: route.abort())
    editor(call, 1).fill("My brother.")
    call.keyboard.press("Control+Enter")
    until(call, "document.querySelector('#turn-1 .sentence')")
    editor(call, 2).fill("What?")
    select(call, 3, "price")
    call.locator(".selection-tools").wait_for()
    assert violations(call) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dialogs_are_for_everyone_and_give_the_focus_back(call: Page, scheme: Scheme) -> None:
    call.emulate_media(color_scheme=scheme)
    call.locator("#turn-3").focus()
    for key in ("g", "a", "r", "M"):
        call.keyboard.press(key)
        until(call, "document.activeElement.closest('dialog .body')")
        assert violations(call) == []
        call.keyboard.press("Escape")
        until(call, f"!document.querySelector('dialog') && {FOCUSED} === 'turn-3'")
