"""The modules of editing that know no page: drafts, wordings, marks, and what takes things back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import calls
from tests.browser.conftest import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    Run = Callable[..., Any]

pytestmark = pytest.mark.browser

CALL = """async ([module, name, values]) =>
  (await import(`/static/${module}.js`))[name](...values)"""
PREPARED = """async () => {
  const { prepare } = await import("/static/words.js");
  const { contents } = await (await fetch("/api/recordings/%s")).json();
  globalThis.prepared = prepare(contents);
}"""
STRETCHED = """async ([span, edge, step]) =>
  (await import("/static/marks.js")).stretched(globalThis.prepared, span, edge, step)"""
DRAFTS = """async () => {
  const { Drafts } = await import("/static/drafts.js");
  const mine = new Drafts(localStorage, "one", "tab 1");
  const gone = new Drafts(localStorage, "one", "tab 2");
  const other = new Drafts(localStorage, "two", "tab 2");
  mine.keep({ start: 5, was: "a", text: "b" });
  gone.keep({ start: 9, was: "c", text: "d" });
  gone.keep({ start: 1.5, was: "e", text: "f" });
  gone.keep({ start: 1.5, was: "e", text: "g" });
  other.keep({ start: 3, was: "h", text: "i" });
  localStorage.setItem("relisten draft one torn 7", '{"text": "ha');
  localStorage.setItem("another program", "x");
  const texts = (drafts) => drafts.map(({ text }) => text);
  const found = [texts(mine.left()), texts(mine.left(new Set(["tab 1"])))];
  gone.drop(gone.keyOf(1.5));
  found.push(texts(mine.left()), texts(other.left()));
  localStorage.clear();
  return found;
}"""
REFUSED = """async () => {
  const { Drafts } = await import("/static/drafts.js");
  const full = { setItem() { throw new DOMException("full", "QuotaExceededError"); } };
  return new Drafts(full, "one", "tab").keep({ start: 1, was: "a", text: "b" });
}"""


@pytest.fixture(scope="module")
def modules(chromium: Browser, ready_library: Path) -> Iterator[Page]:
    """Return a page that may import modules."""
    with serving(ready_library) as served:
        page = chromium.new_page()
        served.visit(page, "/docs")
        page.evaluate(PREPARED % calls.FIRST)
        yield page
        page.close()


@pytest.fixture(scope="module")
def run(modules: Page) -> Run:
    """Return what calls a function of a module."""
    return lambda module, name, *values: modules.evaluate(CALL, [module, name, list(values)])


# Drafts


def test_drafts_are_found_again_by_recording_and_without_those_of_open_tabs(modules: Page) -> None:
    everything, of_closed, after_drop, of_other = modules.evaluate(DRAFTS)
    assert everything == ["g", "b", "d"]
    assert of_closed == ["g", "d"]
    assert after_drop == ["b", "d"]
    assert of_other == ["i"]


def test_a_browser_that_keeps_nothing_says_so(modules: Page) -> None:
    assert modules.evaluate(REFUSED) is False


TURNS = [
    {"start": 1.0, "end": 3.0, "text": "Hello."},
    {"start": 2.0, "end": 9.0, "text": "Mm-hm."},
    {"start": 12.0, "end": 15.0, "text": "Mm-hm."},
    {"start": 12.0, "end": 14.0, "text": "Yes."},
]


@pytest.mark.parametrize(
    ("start", "was", "place"),
    [
        (1.0, "Hello.", 0),
        (12.0, "Yes.", 3),  # of two that begin then, the one that says it
        (12.0, "No.", 2),  # that begins then, though it says something else now
        (12.6, "Mm-hm.", 2),  # that says it, though it begins elsewhere now
        (1.5, "Mm-hm.", 1),
        (5.0, "Hello.", 1),  # not one that says the same at another time
        (13.0, "Gone.", 2),  # that is said then
        (40.0, "Gone.", 2),  # the nearest
    ],
)
def test_a_draft_is_offered_where_its_turn_is_now(
    run: Run, start: float, was: str, place: int
) -> None:
    assert run("drafts", "placeOfDraft", TURNS, {"start": start, "was": was}) == place


@pytest.mark.parametrize(
    ("start", "speaker", "turn", "is_of"),
    [
        (1.4, "Ray", 0, True),  # another name by now
        (0.1, "Nora", 0, True),
        (10.5, "Ray", 2, False),
        (8.0, "Ray", 1, True),
        (8.0, "Nora", 1, False),  # another says something then
        (9.0, "Ray", 1, False),
        (9.0, "Ray", 9, False),
    ],
)
def test_a_draft_is_of_a_turn_about_its_time(
    run: Run, start: float, speaker: str, turn: int, is_of: bool
) -> None:
    speakers = ["Nora", "Ray", "Ray", "Nora"]
    turns = dict(enumerate({**each, "speaker": s} for each, s in zip(TURNS, speakers, strict=True)))
    draft = {"start": start, "speaker": speaker}
    assert run("drafts", "isTurnOf", turns.get(turn), draft) is is_of


def test_a_draft_has_no_place_where_there_are_no_turns(run: Run) -> None:
    assert run("drafts", "placeOfDraft", [], {"start": 1, "was": "a"}) is None


# Wordings


@pytest.mark.parametrize(
    ("one", "other", "parts"),
    [
        ("a b c", "a x c", ("a", "b", "x", "c")),
        ("a b c", "a c", ("a", "b", "", "c")),
        ("a c", "a b  c", ("a", "", "b", "c")),
        ("a a", "a a a", ("a a", "", "a", "")),
        ("a b", "a b", ("a b", "", "", "")),
        ("a b", "", ("", "a b", "", "")),
    ],
)
def test_where_two_wordings_differ(
    run: Run, one: str, other: str, parts: tuple[str, str, str, str]
) -> None:
    found = run("wording", "difference", one, other)
    assert (found["lead"], found["one"], found["other"], found["trail"]) == parts


@pytest.mark.parametrize(
    ("one", "other", "stands", "said"),
    [
        ("We use acne, daily.", "We use Acme, daily.", "acne", "Acme"),
        ("in “do loot”.", "in “Duluth”.", "do loot", "Duluth"),
        ("It cost $45.", "It cost $450.", "$45", "$450"),
    ],
)
def test_what_may_stand_elsewhere_is_offered_to_be_replaced(
    run: Run, one: str, other: str, stands: str, said: str
) -> None:
    assert run("wording", "replaced", one, other) == {"stands": stands, "said": said}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a b", "a b"),
        ("a b", "a"),  # taken out
        ("a", "a b"),  # put in
        ("a b.", "a b!"),  # a mark
        ("one two three four five", "six"),  # a sentence
    ],
)
def test_what_stands_nowhere_else_is_not(run: Run, one: str, other: str) -> None:
    assert run("wording", "replaced", one, other) is None


def source(*turns: tuple[str, str], marks: int = 0) -> dict[str, Any]:
    """Return what a page shows, with turns of speaker and text."""
    said = [{"speaker": speaker, "text": text} for speaker, text in turns]
    return {"contents": {"turns": said}, "highlights": [{"number": n} for n in range(marks)]}


@pytest.mark.parametrize(
    ("before", "after", "turns", "marks"),
    [
        (source(("A", "x")), source(("A", "x")), 0, False),
        (source(("A", "x"), ("B", "y")), source(("A", "x"), ("B", "z")), 1, False),
        (source(("A", "x")), source(("B", "x")), 1, False),
        (source(("A", "x"), ("B", "y")), source(("A", "x")), 1, False),
        (source(("A", "x")), source(("A", "x"), ("A", "x")), 1, False),
        (source(("A", "x")), source(("A", "x"), marks=1), 0, True),
    ],
)
def test_what_changed_is_counted(
    run: Run, before: dict[str, Any], after: dict[str, Any], turns: int, marks: bool
) -> None:
    assert run("wording", "changes", before, after) == {"turns": turns, "marks": marks}


# Marks


@pytest.mark.parametrize(
    ("typed", "tags"),
    [
        ("price", ["price"]),
        (" price,  bike type ; #shop\n", ["price", "bike type", "shop"]),
        ("Price, price, PRICE", ["Price"]),
        (" , ;", []),
    ],
)
def test_tags_are_read_as_they_are_typed(run: Run, typed: str, tags: list[str]) -> None:
    assert run("marks", "tagsOf", typed) == tags


def test_tags_that_were_used_are_suggested(run: Run) -> None:
    known = [{"name": name, "count": 1} for name in ("bike price", "Price", "paper", "spring")]
    assert run("marks", "suggested", known, [], "pr") == ["Price", "bike price"]
    assert run("marks", "suggested", known, ["price"], "") == ["bike price", "paper", "spring"]
    assert run("marks", "suggested", known, [], "nothing") == []
    assert run("marks", "suggested", known, [], "", 1) == ["bike price"]


def word(turn: int, place: int) -> tuple[float, float]:
    """Return when a word of the call begins and ends."""
    found = calls.TURNS[turn].words[place]
    return found.start, found.end


@pytest.mark.parametrize(
    ("span", "edge", "step", "moved"),
    [
        ((word(3, 1)[0], word(3, 2)[1]), "start", -1, (word(3, 0)[0], word(3, 2)[1])),
        ((word(3, 1)[0], word(3, 2)[1]), "start", 1, (word(3, 2)[0], word(3, 2)[1])),
        ((word(3, 1)[0], word(3, 2)[1]), "end", 1, (word(3, 1)[0], word(3, 3)[1])),
        ((word(3, 1)[0], word(3, 2)[1]), "end", -1, (word(3, 1)[0], word(3, 1)[1])),
        (word(3, 1), "end", -1, word(3, 1)),  # one word stays
        (word(3, 1), "start", 1, word(3, 1)),
        (word(0, 0), "start", -1, word(0, 0)),  # nothing is before the first
        ((10.9, 11.5), "end", 1, (10.9, 11.5)),  # nobody speaks there
    ],
)
def test_an_edge_of_a_mark_is_moved_by_a_word(
    modules: Page,
    span: tuple[float, float],
    edge: str,
    step: int,
    moved: tuple[float, float],
) -> None:
    start, end = span
    found = modules.evaluate(STRETCHED, [{"start": start, "end": end}, edge, step])
    assert (found["start"], found["end"]) == pytest.approx(moved)


def mark(number: int, start: float, end: float, **more: Any) -> dict[str, Any]:
    """Return a mark."""
    made = {"tags": [], "note": "", "starred": False, "changed_at": f"at {number}"}
    return {"number": number, "start": start, "end": end, "text": "x", **made, **more}


MARKS = [mark(1, 5, 20), mark(2, 8, 10), mark(3, 30, 40)]


@pytest.mark.parametrize(("time", "number"), [(9, 2), (6, 1), (25, 2), (31, 3), (0, 1), (100, 3)])
def test_the_mark_at_a_moment(run: Run, time: float, number: int) -> None:
    assert run("marks", "markAt", MARKS, time)["number"] == number


@pytest.mark.parametrize(
    ("time", "step", "number"), [(0, 1, 1), (5, 1, 2), (40, 1, 1), (8, -1, 1), (5, -1, 3)]
)
def test_the_next_mark_and_the_one_before(run: Run, time: float, step: int, number: int) -> None:
    assert run("marks", "markBeside", MARKS, time, step)["number"] == number


def test_without_marks_there_is_none(run: Run) -> None:
    assert run("marks", "markAt", [], 3) is None
    assert run("marks", "markBeside", [], 3, 1) is None


def test_only_what_differs_of_a_mark_is_sent(run: Run) -> None:
    kept = mark(1, 5, 20, tags=["a"])
    assert run("marks", "changesOf", kept, {"tags": ["a"], "note": ""}) is None
    assert run("marks", "changesOf", kept, {"tags": ["b"], "start": 5}) == {"tags": ["b"]}


@pytest.mark.parametrize(
    ("mine", "theirs", "wanted", "clashes"),
    [
        ({"tags": ["a", "b"]}, {"tags": ["a", "c"]}, {"tags": ["a", "c", "b"]}, False),
        ({"tags": []}, {"tags": ["a", "c"]}, {"tags": ["c"]}, False),
        ({"note": "mine"}, {"starred": True}, {"note": "mine", "starred": True}, False),
        ({"starred": True}, {"note": "theirs"}, {"note": "theirs", "starred": True}, False),
        ({"note": "mine"}, {"note": "theirs"}, {"note": "mine"}, True),
        ({"note": "same"}, {"note": "same"}, {"note": "same"}, False),
    ],
)
def test_what_two_made_of_a_mark_is_put_together(
    run: Run, mine: dict[str, Any], theirs: dict[str, Any], wanted: dict[str, Any], clashes: bool
) -> None:
    base = mark(1, 5, 20, tags=["a"])
    found = run("marks", "merged", base, {**base, **mine}, {**base, **theirs})
    assert found["clashes"] is clashes
    assert {name: found["wanted"][name] for name in wanted} == wanted


# Taking back


def test_words_and_speakers_are_taken_back_by_the_server(run: Run) -> None:
    undo = {"kind": "speakers", "recording": "ab", "number": 3, "count": 2}
    asked = run("undoing", "takingBack", undo, "ab")
    assert asked == {"path": "/api/undo", "method": "POST", "body": undo}


def test_marks_are_taken_back_by_what_undoes_them(run: Run) -> None:
    now, before = mark(7, 5, 9, note="new"), mark(7, 5, 9, note="old", changed_at="earlier")
    removed = run("undoing", "takingBack", {"kind": "removed", "highlight": now}, "ab")
    assert (removed["method"], removed["path"]) == ("POST", "/api/recordings/ab/highlights")
    assert removed["body"]["note"] == "new"
    made = run("undoing", "takingBack", {"kind": "marked", "highlight": now}, "ab")
    assert (made["method"], made["path"]) == ("DELETE", "/api/highlights/ab/7")
    assert made["query"] == {"was": "at 7"}
    undo = {"kind": "changed", "highlight": now, "before": before}
    changed = run("undoing", "takingBack", undo, "ab")
    assert changed["method"] == "PATCH"
    assert (changed["body"]["was"], changed["body"]["note"]) == ("at 7", "old")


def test_what_was_done_to_a_mark_follows_it_to_its_new_number(run: Run) -> None:
    entries = [
        {"id": "1", "said": "", "undo": {"kind": "marked", "highlight": mark(7, 5, 9)}},
        {"id": "2", "said": "", "undo": {"kind": "words", "change": 7}},
        {"id": "3", "said": "", "undo": {"kind": "marked", "highlight": mark(8, 5, 9)}},
    ]
    now = {"number": 12, "changed_at": "now"}
    first, *others = run("undoing", "followed", entries, 7, now)
    assert first["undo"]["highlight"] == mark(7, 5, 9) | now
    assert others == entries[1:]


@pytest.mark.parametrize(
    ("stands", "scope", "where"),
    [
        (" acne ", "recording", {"recording": "ab", "project": None, "everywhere": False}),
        ("acne", "project", {"recording": None, "project": "fernhop", "everywhere": False}),
        ("acne", "everywhere", {"recording": None, "project": None, "everywhere": True}),
    ],
)
def test_where_words_are_replaced(run: Run, stands: str, scope: str, where: Any) -> None:
    wanted = {"stands": stands, "said": "Acme ", "scope": scope}
    asked = run("replacing", "asRequest", wanted, {"id": "ab", "project": "fernhop"}, True)
    assert asked == {"stands": "acne", "said": "Acme", "apply": True} | where
