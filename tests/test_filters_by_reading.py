"""Whatever filters are asked for, a library finds what a plain reading of all turns does."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.library import Filters, Library, Order, frequencies, searching
from pipeline.query import Field
from pipeline.transcript import Annotation, Answer, Entity, Mention, Question
from tests.libraries import MADE, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WORDS = ("price", "fair", "euros")
SPEAKERS = ("Interviewer", "customer", "Ann", None)
LABELS = ("ORG", "PRODUCT")


@dataclass(frozen=True)
class Said:
    """All that filters may ask of a turn."""

    recording: str
    number: int
    position: int
    text: str
    speaker: str | None
    label: str | None
    asks: bool
    answers: bool


def said(number: int, position: int) -> Said:
    """Return a turn of a call; what is said of it has no common measure."""
    seed = number * 7 + position * 3
    return Said(
        recording=f"{number:064x}",
        number=number,
        position=position,
        text=" ".join(word for place, word in enumerate(WORDS) if (seed >> place) % 2) + " well",
        speaker=SPEAKERS[(number + position) % (2 + number % 3)],
        label=LABELS[seed % 2] if seed % 3 == 0 else None,
        asks=seed % 4 == 0,
        answers=seed % 4 == 1 and position > 0,
    )


TURNS = tuple(said(number, position) for number, position in product(range(16), range(9)))


def annotation(turns: tuple[Said, ...]) -> Annotation:
    """Return what was found in the turns of a call."""

    def mention(each: Said) -> Mention:
        return Mention(each.position * 5.0, each.position * 5.0 + 0.3, each.position, 0, 3)

    answered = [each.position for each in turns if each.answers]
    asked = [each for each in turns if each.asks]
    answers: list[Answer | None] = [Answer(at * 5.0, at * 5.0 + 1, at, at) for at in answered]
    answers += [None] * len(asked)
    questions = zip(asked, answers, strict=False)
    return Annotation(
        tuple(
            Entity(f"{each.label} one", each.label, mention(each)) for each in turns if each.label
        ),
        questions=tuple(Question(mention(each), True, answer) for each, answer in questions),
    )


def answered() -> set[tuple[str, int]]:
    """Return which turns are answers: a call has no more of them than questions."""
    found = set()
    for number in range(16):
        own = [each for each in TURNS if each.number == number]
        asked = sum(each.asks for each in own)
        found |= {(e.recording, e.position) for e in [e for e in own if e.answers][:asked]}
    return found


ANSWERS = answered()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Sixteen calls of nine turns."""
    with Library(tmp_path_factory.mktemp("library"), create=True) as made:
        for number in range(16):
            own = tuple(each for each in TURNS if each.number == number)
            facts = {"title": f"{number}", "project": f"p{number % 3}"}
            day = f"2026-01-{(number * 5) % 28 + 1:02}T10:00:00"
            kept = recording(own[0].recording, recorded_at=day, **facts)
            fill(made, kept, *(turn(e.text, e.speaker, e.position * 5.0) for e in own))
            made.store_annotation(kept.id, annotation(own), MADE)
            if number % 4 == 0:
                made.add_tags(kept.id, ["pilot"])
        yield made


def day(each: Said) -> str:
    return f"2026-01-{(each.number * 5) % 28 + 1:02}"


# Each field with what it says of a turn; a role is that of who is called so.
FIELDS: dict[Field, Callable[[Said], bool]] = {
    Field("speaker", "ann"): lambda each: each.speaker == "Ann",
    Field("speaker", "customer"): lambda each: each.speaker == "customer",
    Field("role", "interviewer"): lambda each: each.speaker == "Interviewer",
    Field("project", "p1"): lambda each: each.number % 3 == 1,
    Field("project", "p2"): lambda each: each.number % 3 == 2,
    Field("tag", "pilot"): lambda each: each.number % 4 == 0,
    Field("entity", "ORG"): lambda each: each.label == "ORG",
    Field("entity", "product one"): lambda each: each.label == "PRODUCT",
    Field("is", "question"): lambda each: each.asks,
    Field("is", "answer"): lambda each: (each.recording, each.position) in ANSWERS,
    Field("after", "2026-01-09"): lambda each: day(each) >= "2026-01-09",
    Field("before", "2026-01-20"): lambda each: day(each) <= "2026-01-20",
}
DATES = ("after", "before")
LIMITS = (
    *("RANKED", "FEW", "WITHIN", "NARROW", "FIRST", "AT_ONCE", "STREAMED", "MOST_RANKED"),
    *("PASSED", "PROBED", "SAMPLED"),
)


def passes(each: Said, fields: set[tuple[Field, bool]]) -> bool:
    """Tell whether a turn passes: of several fields with one name any, of those without none."""
    wanted: dict[str, list[bool]] = {}
    for field, without in fields:
        holds = FIELDS[field](each)
        if without and holds:
            return False
        if not without:
            wanted.setdefault(field.name, []).append(holds)
    return all(any(held) for held in wanted.values())


def is_sensible(fields: set[tuple[Field, bool]]) -> bool:
    return not any(without and field.name in DATES for field, without in fields)


ASKED = st.sets(st.tuples(st.sampled_from(list(FIELDS)), st.booleans()), max_size=4).filter(
    is_sensible
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    ASKED,
    st.sampled_from([*WORDS, "well", "price fair", "fair euros", ""]),
    st.sampled_from(Order),
    st.data(),
)
def test_filters_find_what_a_plain_reading_does(
    library: Library, fields: set[tuple[Field, bool]], word: str, order: Order, data: st.DataObject
) -> None:
    asked = tuple(Field(each.name, each.value, without) for each, without in fields)
    expected = {
        (each.recording, each.position)
        for each in TURNS
        if word in each.text and passes(each, fields)
    }
    filters = Filters(fields=asked)
    with pytest.MonkeyPatch.context() as patch:
        for name in LIMITS:  # each way of looking is taken in one case or another
            patch.setattr(searching, name, data.draw(st.sampled_from([1, 2, 5, 40, 1_000])))
        patch.setattr(frequencies, "SAMPLE", data.draw(st.sampled_from([1, 1_000])))
        need = data.draw(st.sampled_from([1, 4, 500]))
        if word:
            found = library.matched(f'"{word}"', filters, need, order)
        else:
            found = library.turns_in(filters, need, order)
    places = [(match.recording.id, match.position) for match in library.plain(found.ids)]
    assert set(places) <= expected
    assert len(set(places)) == len(places) >= min(1, len(expected))
    if found.counted:
        assert set(places) == expected
        assert found.total == len(expected)
    else:
        assert len(expected) > len(places)
    if order is not Order.BEST:
        days = [library.plain([each])[0].recording.recorded_at for each in found.ids]
        assert days == sorted(days, reverse=order is Order.DATE)
