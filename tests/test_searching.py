"""What a library finds: filters and fields, orders, pages, questions, and very many matches."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import NotFound, RelistenError, UsageError
from pipeline.library import Filters, Library, Order, frequencies, searching
from pipeline.library.filters import SPEAKS, TAGGED, Condition
from pipeline.library.traits import fill_traits
from pipeline.query import Field
from pipeline.search import By, Wanted, find, search
from pipeline.search.meaning import Meant, meant_here
from pipeline.search.mixing import mixed
from pipeline.transcript import Annotation, Answer, Entity, Mention, Question
from tests.libraries import MADE, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.library import Match

OLD, NEW = "aa" * 32, "bb" * 32
OLD_CALL = (
    turn("What do you pay for Acme?", "interviewer", 0.0),
    turn("The price of Acme is too high.", "customer", 5.0),
    turn("Is the price fair? I mean the price.", "interviewer", 10.0),
    turn("It is not fair at all.", "customer", 20.0),
)
NEW_CALL = (
    turn("Prices went up and we pay in euros.", "Ann Lee", 0.0),
    turn("Who sells it?", "Bob", 6.0),
    turn("Quickcrate does, at a price.", "Ann Lee", 9.0),
)


def mention(turns: Sequence[object], place: int, text: str) -> Mention:
    """Return where a text stands first in a turn."""
    said = (OLD_CALL if turns is OLD_CALL else NEW_CALL)[place]
    start = said.text.index(text)
    span = said.span_of(start, start + len(text))
    return Mention(span.start, span.end, place, start, start + len(text))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Two calls with entities and questions."""
    with Library(tmp_path_factory.mktemp("library"), create=True) as made:
        fill(made, recording(OLD, title="Old", project="acme"), *OLD_CALL)
        named = tuple(Entity("Acme", "ORG", mention(OLD_CALL, place, "Acme")) for place in range(2))
        asked = (
            Question(mention(OLD_CALL, 0, "What do you pay for Acme?"), True, Answer(5, 7, 1, 1)),
            Question(mention(OLD_CALL, 2, "Is the price fair?"), False, Answer(20, 22, 3, 3)),
        )
        made.store_annotation(OLD, Annotation(named, questions=asked), MADE)
        fill(made, recording(NEW, title="New", recorded_at="2026-10-01T09:00:00"), *NEW_CALL)
        rival = Entity("Quickcrate", "ORG", mention(NEW_CALL, 2, "Quickcrate"))
        who = Question(mention(NEW_CALL, 1, "Who sells it?"), True)
        made.store_annotation(NEW, Annotation((rival,), questions=(who,)), MADE)
        made.add_tags(NEW, ["pilot"])
        yield made


def places(library: Library, text: str, filters: Filters | None = None) -> set[tuple[str, int]]:
    """Return the recordings and turns in which a query has hits."""
    hits = search(library, text, filters or Filters(), 50)
    return {(hit.recording.title, hit.position) for hit in hits}


@pytest.mark.parametrize(
    ("query", "turns"),
    [
        ("price", {("Old", 1), ("Old", 2), ("New", 0), ("New", 2)}),
        ("price speaker:customer", {("Old", 1)}),
        ('price speaker:"ann lee"', {("New", 0), ("New", 2)}),
        ("price speaker:customer speaker:interviewer", {("Old", 1), ("Old", 2)}),
        ("price -speaker:customer", {("Old", 2), ("New", 0), ("New", 2)}),
        ("price role:customer", {("Old", 1)}),
        ("price role:interviewer", {("Old", 2)}),
        ("price project:ACME", {("Old", 1), ("Old", 2)}),
        ("price -project:acme", {("New", 0), ("New", 2)}),
        ("price tag:pilot", {("New", 0), ("New", 2)}),
        ("price -tag:pilot", {("Old", 1), ("Old", 2)}),
        ("price after:2026-09-15", {("New", 0), ("New", 2)}),
        ("price before:2026-09-15", {("Old", 1), ("Old", 2)}),
        ("price in:Old", {("Old", 1), ("Old", 2)}),
        ("price entity:acme", {("Old", 1)}),
        ("price entity:ORG", {("Old", 1), ("New", 2)}),
        ("price entity:ORG:quickcrate", {("New", 2)}),
        ("price entity:PERSON:quickcrate", set()),
        ("price -entity:ORG", {("Old", 2), ("New", 0)}),
        ("price is:question", {("Old", 2)}),
        ("price is:answer", {("Old", 1)}),
        ("price -is:question", {("Old", 1), ("New", 0), ("New", 2)}),
        ("speaker:bob", {("New", 1)}),
        ("entity:acme", {("Old", 0), ("Old", 1)}),
        ("is:question", {("Old", 0), ("Old", 2), ("New", 1)}),
        ("is:question project:acme", {("Old", 0), ("Old", 2)}),
    ],
)
def test_fields_hold(library: Library, query: str, turns: set[tuple[str, int]]) -> None:
    assert places(library, query) == turns


@pytest.mark.parametrize(
    ("option", "field"),
    [
        (Filters(speaker="customer"), Field("speaker", "customer")),
        (Filters(role="interviewer"), Field("role", "interviewer")),
        (Filters(project="acme"), Field("project", "acme")),
        (Filters(tag="pilot"), Field("tag", "pilot")),
        (Filters(entity="acme"), Field("entity", "acme")),
        (Filters(since="2026-09-15"), Field("after", "2026-09-15")),
        (Filters(until="2026-09-15"), Field("before", "2026-09-15")),
        (Filters(recording=OLD), Field("in", "Old")),
    ],
)
def test_an_option_and_a_field_mean_the_same(
    library: Library, option: Filters, field: Field
) -> None:
    found = places(library, "price", option)
    assert found
    assert places(library, "price", Filters(fields=(field,))) == found


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("price speaker:Anne", "nobody is called 'Anne' in the library. Did you mean Ann Lee"),
        ("price project:acmee", "Did you mean acme"),
        ("price in:Nothing", "no recording goes by 'Nothing'"),
        ("price entity:Quickcrat", "Did you mean quickcrate"),
    ],
)
def test_a_name_that_nothing_goes_by_is_a_sentence(
    library: Library, query: str, sentence: str
) -> None:
    with pytest.raises(NotFound, match=sentence):
        search(library, query)


def test_a_role_that_there_is_not_is_a_sentence(library: Library) -> None:
    with pytest.raises(UsageError, match="is no role"):
        search(library, "price", Filters(role="boss"))


def test_an_entity_alone_is_a_hit_where_it_is_named(library: Library) -> None:
    (first, second) = search(library, "entity:acme")
    assert first.snippet == "What do you pay for **Acme?**".replace("?**", "**?")
    assert first.start == pytest.approx(1.5)
    assert second.matches[0].turn == 1


def test_a_question_comes_with_its_answer(library: Library) -> None:
    found = find(library, "price", wanted=Wanted(questions=True))
    (hit,) = found.hits
    assert (hit.start, hit.end) == pytest.approx((10.0, 11.2))
    assert hit.answer == Answer(20, 22, 3, 3)
    assert hit.said == "It is not fair at all."
    assert "**price**" in hit.snippet
    assert library.hit(1)[1:] == (10.0, 22.0)


def test_a_question_in_which_the_word_is_not_is_no_hit(library: Library) -> None:
    assert find(library, "mean", wanted=Wanted(questions=True)).hits == ()


def test_questions_are_listed_without_a_word(library: Library) -> None:
    found = find(library, "", wanted=Wanted(questions=True))
    assert [hit.snippet for hit in found.hits] == [
        "**Who sells it?**",
        "**What do you pay for Acme?**",
        "**Is the price fair?** I mean the price.",
    ]
    assert found.hits[0].answer is None


@pytest.mark.parametrize(
    ("order", "listed"),
    [
        (Order.DATE, [("New", 0), ("New", 2), ("Old", 1), ("Old", 2)]),
        (Order.TIME, [("Old", 1), ("Old", 2), ("New", 0), ("New", 2)]),
    ],
)
def test_hits_come_in_the_order_that_is_wanted(
    library: Library, order: Order, listed: list[tuple[str, int]]
) -> None:
    hits = find(library, "price", wanted=Wanted(order=order)).hits
    assert [(hit.recording.title, hit.position) for hit in hits] == listed
    assert [hit.number for hit in hits] == [1, 2, 3, 4]


def test_hits_of_one_recording_stand_together(library: Library) -> None:
    titles = [hit.recording.title for hit in search(library, "price OR fair OR quickcrate")]
    assert titles in (sorted(titles), sorted(titles, reverse=True))


def test_numbers_go_on_over_pages_and_those_before_stay_known(library: Library) -> None:
    wanted = Wanted(limit=3, page=2)
    found = find(library, "price", wanted=wanted)
    assert [hit.number for hit in found.hits] == [4]
    assert (found.total, found.counted, found.more) == (4, True, False)
    first = find(library, "price", wanted=replace(wanted, page=1))
    assert first.more
    together = [*first.hits, *found.hits]
    assert len({(hit.recording.id, hit.position) for hit in together}) == 4
    find(library, "price", wanted=wanted)
    for hit in together:
        assert library.hit(hit.number)[1] == pytest.approx(hit.start)


def test_a_page_that_there_is_not_is_a_sentence_and_leaves_the_numbers(library: Library) -> None:
    search(library, "price")
    with pytest.raises(NotFound, match=r"there is no page 3: 4 hits fill 2\. See the last one"):
        find(library, "price", wanted=Wanted(limit=3, page=3))
    assert library.hit(4)[0].id in {OLD, NEW}


@pytest.mark.parametrize("shape", [{"limit": 0}, {"page": 0}, {"context": -1}])
def test_no_page_has_less_than_a_hit(shape: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="no page of hits"):
        Wanted(**shape)  # type: ignore[arg-type]


def test_context_is_the_turns_around_a_hit(library: Library) -> None:
    (hit,) = find(library, "quickcrate", wanted=Wanted(context=1, by=By.WORDS)).hits
    assert (hit.before, hit.after) == ((NEW_CALL[1],), ())
    (hit,) = find(library, "euros", wanted=Wanted(context=9, by=By.WORDS)).hits
    assert (hit.before, hit.after) == ((), NEW_CALL[1:])


# Very many matches


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Thirty calls in which everybody says the same, and one word is said in every third."""
    with Library(tmp_path_factory.mktemp("many"), create=True) as made:
        for number in range(30):
            rare = "zebra" if number % 3 == 0 else "horse"
            said = [turn(f"so {rare} number {n} it is", "AB"[n % 2], 3.0 * n) for n in range(6)]
            facts = {"title": f"{number}", "project": f"p{number % 5}"}
            day = f"2026-01-{number + 1:02}T10:00:00"
            fill(made, recording(f"{number:064x}", recorded_at=day, **facts), *said)
        yield made


SMALL = {"FEW": 5, "RANKED": 20, "NARROW": 12, "FIRST": 1, "AT_ONCE": 3, "WITHIN": 8, "STREAMED": 2}
SMALL |= {"PROBED": 2, "SAMPLED": 3, "PASSED": 1}
ASKED = [
    ("so", Filters()),
    ('"number 3"', Filters()),
    ("zebra", Filters(project="p1")),
    ("so", Filters(speaker="A")),
    ("so", Filters(since="2026-01-05")),
    ("so", Filters(since="2026-01-29")),
    ("so zebra", Filters(speaker="B", project="p3")),
    ("so -speaker:A", Filters()),
]


@pytest.mark.parametrize(("query", "filters"), ASKED)
@pytest.mark.parametrize("order", [Order.DATE, Order.TIME])
def test_in_an_order_by_date_large_libraries_find_what_small_ones_do(
    many: Library, monkeypatch: pytest.MonkeyPatch, query: str, filters: Filters, order: Order
) -> None:
    wanted = Wanted(order=order, limit=500, by=By.WORDS)
    plain = find(many, query, filters, wanted).hits
    for name, value in SMALL.items():
        monkeypatch.setattr(searching, name, value)
    assert find(many, query, filters, wanted).hits == plain
    assert plain


@pytest.mark.parametrize(("query", "filters"), ASKED)
def test_what_is_ranked_of_very_many_passes_all_the_same(
    many: Library, monkeypatch: pytest.MonkeyPatch, query: str, filters: Filters
) -> None:
    wanted = Wanted(limit=500, by=By.WORDS)
    everything = {(h.recording.id, h.position) for h in find(many, query, filters, wanted).hits}
    for name, value in SMALL.items():
        monkeypatch.setattr(searching, name, value)
    some = find(many, query, filters, Wanted(limit=4, by=By.WORDS))
    assert len(some.hits) == 4
    assert {(hit.recording.id, hit.position) for hit in some.hits} <= everything


def test_that_only_the_newest_are_ranked_is_said(
    many: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "RANKED", 20)
    found = find(many, "so", wanted=Wanted(by=By.WORDS))
    assert (found.total, found.counted) == (20, False)
    assert found.notes[0].startswith(
        "more than 20 turns have it; ranked are the 20 that were added last."
    )
    newest = {f"{number:064x}" for number in range(26, 30)}
    assert {hit.recording.id for hit in found.hits} <= newest


def test_of_what_nearly_all_say_the_shortest_of_the_newest_come_first(
    many: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "RANKED", 20)
    plain = find(many, "so", wanted=Wanted(by=By.WORDS, limit=20))
    monkeypatch.setattr(frequencies, "SAMPLE", 10)
    monkeypatch.setattr(searching, "MOST_RANKED", 100)
    found = find(many, "so", wanted=Wanted(by=By.WORDS, limit=20))
    assert (found.total, found.counted, found.notes) == (plain.total, plain.counted, plain.notes)
    assert {hit.turn for hit in found.hits} == {hit.turn for hit in plain.hits}


def test_the_shortest_turns_are_told_by_their_words(tmp_path: Path) -> None:
    lengths = (300, 2, 130, 7, 127, 128)  # of more than 127, SQLite writes two bytes
    with Library(tmp_path, create=True) as library:
        said = [turn(" ".join(["so"] * each), start=100.0 * n) for n, each in enumerate(lengths)]
        fill(library, recording(), *said)
        numbers = [row["id"] for row in library._database.read("SELECT id FROM turn ORDER BY id")]
        shortest = library.plain(library._shortest(numbers))
    assert [len(match.turn.words) for match in shortest] == sorted(lengths)


def test_turns_that_do_not_lie_in_a_row_are_found(tmp_path: Path) -> None:
    with Library(tmp_path, create=True) as library:
        for identity in (OLD, NEW):
            fill(library, recording(identity, title=identity[:2]), *OLD_CALL)
        with library._database.atomic():
            library._database.write("UPDATE turn SET id = id + 100 WHERE position > 1")
            library._database.write("INSERT INTO turn_text (turn_text) VALUES ('rebuild')")
            fill_traits(library._database.read)
        found = find(library, "price", wanted=Wanted(order=Order.DATE, by=By.WORDS)).hits
        alone = find(library, "speaker:customer", wanted=Wanted(by=By.WORDS)).hits
    assert [hit.position for hit in found] == [1, 2, 1, 2]
    assert sorted(hit.position for hit in alone) == [1, 1, 3, 3]


def test_only_a_page_of_questions_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    with Library(tmp_path, create=True) as library:
        said = [turn(f"so what is number {n}?", "A", 3.0 * n) for n in range(40)]
        fill(library, recording(), *said)
        asked = (Question(Mention(3.0 * n, 3.0 * n + 1, n, 0, 18), True, None) for n in range(40))
        library.store_annotation(recording().id, Annotation(questions=tuple(asked)), MADE)
        marked = library.marked

        def noted(expression: str, ids: Sequence[int]) -> list[Match]:
            read.extend(ids)
            return marked(expression, ids)

        monkeypatch.setattr(library, "marked", noted)
        found = find(library, "so", wanted=Wanted(questions=True, limit=5, by=By.WORDS))
    assert len(found.hits) == 5
    assert found.more
    assert len(read) == 6


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        (Condition().among(SPEAKS, ("A",)), "talk_of_speaker"),
        (Condition().among(TAGGED, ("pilot",)), "tag_of_name"),
        (Condition().among("recording.project IN ({0})", ("p1",)), "recording_of_project"),
    ],
)
def test_recordings_are_looked_up_not_gone_through(
    many: Library, condition: Condition, index: str
) -> None:
    plan = many._database.read(
        f"EXPLAIN QUERY PLAN SELECT id, recorded_at FROM recording WHERE {condition}",
        condition.values,
    )
    steps = [row["detail"] for row in plan]
    assert any(index in step for step in steps)
    assert not any(step.startswith("SCAN") for step in steps)


# By meaning


class Like:
    """A passage that means the like."""

    def __init__(self, recording: str, mention: Mention, likeness: float) -> None:
        self.recording, self.mention, self.likeness = recording, mention, likeness


def meant(*near: Like, notes: tuple[str, ...] = ()) -> Meant:
    """Return what finds just these passages."""
    return Meant(lambda _text, _filters, limit: near[:limit], notes)


EUROS = Like(NEW, mention(NEW_CALL, 0, "we pay in euros."), 0.7)
FAR = Like(OLD, mention(OLD_CALL, 3, "It is not fair at all."), 0.2)
PRICE = Like(OLD, mention(OLD_CALL, 1, "The price of Acme is too high."), 0.6)


def test_what_means_the_like_is_found_and_claims_no_match(library: Library) -> None:
    found = find(library, "currency", wanted=Wanted(by=By.MEANING), meant=meant(EUROS, FAR))
    assert [hit.likeness for hit in found.hits] == [0.7, 0.2]
    assert found.hits[0].snippet == "... we pay in euros."
    assert found.hits[0].matches == ()
    assert library.hit(1)[1] == pytest.approx(EUROS.mention.start)


def test_words_and_meaning_are_mixed(library: Library) -> None:
    found = find(library, "high", meant=meant(EUROS, PRICE, FAR, notes=("1 is not read.",)))
    shown = {(hit.recording.id, hit.position): hit.likeness for hit in found.hits}
    assert shown == {(OLD, 1): None, (NEW, 0): 0.7}
    assert "**high**" in found.hits[0].snippet
    assert "1 is not read." in found.notes


@pytest.mark.parametrize("query", ['"too high"', "high OR low", "hig*"])
def test_words_that_are_wanted_just_so_are_not_mixed(library: Library, query: str) -> None:
    found = find(library, query, meant=meant(EUROS))
    assert all(hit.likeness is None for hit in found.hits)


def test_without_what_tells_meaning_that_is_a_sentence(library: Library) -> None:
    with pytest.raises(UsageError, match="search for words"):
        find(library, "currency", wanted=Wanted(by=By.MEANING))


def test_a_library_that_was_not_read_for_meaning_needs_no_model(library: Library) -> None:
    assert meant_here(library, needed=False) is None


def test_a_model_that_is_not_here_is_named_with_what_fetches_it(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELISTEN_CACHE", str(tmp_path))
    with pytest.raises(RelistenError, match="relisten models pull sentences"):
        meant_here(library, needed=True)


@pytest.mark.parametrize(
    ("rankings", "together"),
    [
        (([], []), []),
        ((["a", "b"], []), ["a", "b"]),
        ((["a", "b"], ["b"]), ["b", "a"]),
        ((["a", "b"], ["c"]), ["a", "c", "b"]),
        ((["a"], ["b"]), ["a", "b"]),
    ],
)
def test_what_stands_high_in_both_rankings_comes_first(
    rankings: tuple[list[str], list[str]], together: list[str]
) -> None:
    assert mixed(*rankings) == together


@given(st.lists(st.integers(0, 20), unique=True), st.lists(st.integers(0, 20), unique=True))
def test_mixing_loses_nothing_and_makes_nothing_up(one: list[int], other: list[int]) -> None:
    together = mixed(one, other)
    assert sorted(together) == sorted(set(one) | set(other))


# Whatever is typed

PIECES = st.sampled_from(
    [
        *(
            "price",
            "prices",
            "fair",
            '"',
            "“",
            "(",
            ")",
            "AND",
            "OR",
            "NOT",
            "NEAR/3",
            "NEAR(",
            "*",
        ),
        *("speaker:customer", "role:customer", "entity:ORG", "entity:acme", "is:question", "-"),
        *(
            "project:acme",
            "after:2026-09",
            "before:x",
            "in:Old",
            "-tag:pilot",
            "is:x",
            "$450",
            "20%",
        ),
        *(
            "3pm",
            ":",
            "speaker:",
            "speker:Ann",
            "価格",
            "☕",
            "\0",
            "\udc80",
            "{",
            "^",
            "four",
            "fifty",
        ),
    ]
)
TYPED = st.one_of(st.lists(PIECES, max_size=8).map(" ".join), st.text(max_size=30))
SHAPES = st.builds(
    Wanted,
    order=st.sampled_from(Order),
    limit=st.integers(1, 5),
    page=st.integers(1, 3),
    context=st.integers(0, 2),
    questions=st.booleans(),
)


@settings(
    max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(TYPED, SHAPES)
def test_whatever_is_typed_is_a_search_or_a_sentence(
    library: Library, typed: str, wanted: Wanted
) -> None:
    found = None
    with contextlib.suppress(RelistenError):
        found = find(library, typed, wanted=wanted)
    if found is None:
        return
    assert len(found.hits) <= wanted.limit
    assert len(found.hits) <= found.total
    for hit in found.hits:
        assert hit.turn.start <= hit.start <= hit.end <= hit.turn.end
    json.dumps([hit.snippet for hit in found.hits])
