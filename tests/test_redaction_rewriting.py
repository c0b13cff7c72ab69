"""Turns with other names: whatever is replaced, all that points at characters still fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.redaction.finding import Found, apart, written_anew
from pipeline.redaction.rewriting import Rewritten, annotation_of, hidden_words
from pipeline.transcript import Annotation, Answer, Entity, Keyphrase, Mention, Question, Turn
from tests.values import conversations, turn, words

if TYPE_CHECKING:
    from collections.abc import Callable

INSTEAD = st.sampled_from(["P07", "Company A", "[e-mail]", "X", "a much longer name than before"])


def same(text: str) -> str:
    return text


@st.composite
def cases(draw: Callable[..., object]) -> tuple[Turn, tuple[Found, ...], Mention]:
    """Make a turn, what is replaced in it, and a mention of some characters."""
    said = draw(conversations().filter(bool))
    chosen: Turn = said[0]  # type: ignore[index]
    size = len(chosen.text)
    places = st.integers(0, size - 1)
    found = []
    for start, length in draw(st.lists(st.tuples(places, st.integers(1, 12)), max_size=5)):  # type: ignore[attr-defined]
        end = min(size, start + length)
        piece = chosen.text[start:end]
        if piece.strip() == piece:
            found.append(Found(start, end, str(draw(INSTEAD)), "name"))
    first = int(draw(places))  # type: ignore[call-overload]
    last = int(draw(st.integers(first + 1, size)))  # type: ignore[call-overload]
    return chosen, apart(found), Mention(chosen.start, chosen.end, 0, first, last)


@settings(max_examples=150, deadline=None)
@given(cases())
def test_the_words_say_what_the_text_says_and_keep_their_time(
    case: tuple[Turn, tuple[Found, ...], Mention],
) -> None:
    before, found, _ = case
    made = Rewritten.of(before, found, "P01")
    assert made.turn.text == written_anew(before.text, found)
    assert (made.turn.start, made.turn.end, made.turn.speaker) == (before.start, before.end, "P01")
    kept = [word for word in before.words if word not in set(hidden_words(before, found))]
    assert [word for word in made.turn.words if word in kept] == [
        word for word in kept if word in made.turn.words
    ]
    assert min(word.start for word in made.turn.words) == min(word.start for word in before.words)
    assert max(word.end for word in made.turn.words) == max(word.end for word in before.words)


@settings(max_examples=150, deadline=None)
@given(cases())
def test_a_mention_covers_what_it_did_with_whole_names(
    case: tuple[Turn, tuple[Found, ...], Mention],
) -> None:
    before, found, mention = case
    made = Rewritten.of(before, found, None)
    moved = made.mention(mention)
    wide_start = min(
        (f.start for f in found if f.start < mention.start_char < f.end), default=mention.start_char
    )
    wide_end = max(
        (f.end for f in found if f.start < mention.end_char < f.end), default=mention.end_char
    )
    inside = [
        Found(f.start - wide_start, f.end - wide_start, f.instead)
        for f in found
        if wide_start <= f.start and f.end <= wide_end
    ]
    assert made.said(moved) == written_anew(before.text[wide_start:wide_end], inside)
    assert moved.start <= moved.end


def rewritten() -> Rewritten:
    before = turn("I asked Priya Raman's team, Priya said yes.", "Ann")
    return Rewritten.of(
        before, [Found(8, 19, "P07", "Priya"), Found(28, 33, "P07", "Priya")], "Ann"
    )


def test_a_name_in_two_words_is_one_word_with_the_time_of_both() -> None:
    texts = [word.text for word in rewritten().turn.words]
    assert texts == ["I", "asked", "P07's", "team,", "P07", "said", "yes."]
    name = rewritten().turn.words[2]
    assert (name.start, name.end) == (0.6, 1.2)


def test_entities_phrases_and_questions_are_of_the_new_text() -> None:
    made = rewritten()
    full, short = Mention(0.6, 1.2, 0, 8, 19), Mention(1.5, 1.8, 0, 28, 33)
    annotation = Annotation(
        (
            Entity("Priya Raman", "PERSON", full, "Priya Raman", "x"),
            Entity("yes", "ORG", Mention(2.1, 2.4, 0, 39, 42), "Raman GmbH"),
        ),
        (
            Keyphrase("Priya Raman", 0.9, (full,), "priya raman"),
            Keyphrase("Priya", 0.8, (short,), "priya"),
            Keyphrase("team", 0.7, (), "team"),
        ),
        (Question(Mention(0, 3, 0, 0, 43), open=True, answer=Answer(3, 4, 1, 1)),),
    )
    found = annotation_of(annotation, [made], lambda text: text.replace("Raman", "P07"))
    assert [(e.text, e.name, e.value) for e in found.entities] == [
        ("P07", "P07", ""),
        ("yes", "P07 GmbH", ""),
    ]
    assert [(k.text, k.lemma, len(k.mentions)) for k in found.keyphrases] == [
        ("P07", "p07", 2),
        ("team", "team", 0),
    ]
    (question,) = found.questions
    assert made.said(question.mention) == made.turn.text
    assert question.answer == Answer(3, 4, 1, 1)


def test_nothing_replaced_leaves_a_turn_as_it_is() -> None:
    before = turn("All stays.", "Ann")
    assert Rewritten.of(before, (), "Ann").turn == before
    assert annotation_of(Annotation(), [], same) == Annotation()


def test_a_script_without_spaces_keeps_what_is_around_the_name() -> None:
    before = Turn.of(None, words("\u7530\u4e2d\u3055\u3093 \u306f", spaced=False))
    made = Rewritten.of(before, [Found(0, 2, "P01", "x")], None)
    assert made.turn.text == "P01\u3055\u3093\u306f"
