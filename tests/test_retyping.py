"""A turn typed anew: it reads as it was typed, and nothing else is other than it was."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from difflib import SequenceMatcher

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.correcting import Scene
from pipeline.corrections import State, corrected, texts_of
from pipeline.corrections.atoms import is_mark
from pipeline.errors import Changed, UsageError
from pipeline.retyping import Retyped, Wanted, owned, retyped, words_typed
from pipeline.retyping.runs import key_of
from pipeline.rewording import Words
from pipeline.speakers import EditKind, turns_by_hand
from pipeline.transcript import Segment, SpeakerSpan, Turn, Word
from tests.libraries import recording
from tests.retyping import call, of_speaker
from tests.values import words

CALLS = {by_voice: call(by_voice=by_voice) for by_voice in (False, True)}
# None of these is said in the call: one that stands beside itself shares the time of the other.
NEW = ("Acme", "five,", "$7.50", "naïve?", "don't", "(so)", "x-ray", "-", "...", "No!")


def typed(number: int, text: str, *, by_voice: bool = False) -> Retyped:
    """Return what follows from a turn's new text."""
    known, standing = CALLS[by_voice]
    return retyped(Wanted(known, standing, known.turns[number], words_typed(text), "now"))


def at(turns: tuple[Turn, ...], text: str) -> Word:
    """Return the one word of a text."""
    (found,) = (word for turn in turns for word in turn.words if word.text == text)
    return found


def by_times(turn: Turn, text: tuple[str, ...]) -> list[tuple[float, float, str]]:
    """Return the words of a turn that a text leaves as they are."""
    before = [word.text for word in turn.words]
    matcher = SequenceMatcher(None, before, text, autojunk=False)
    return [
        key_of(word)
        for block in matcher.get_matching_blocks()
        for word in turn.words[block.a : block.a + block.size]
    ]


@st.composite
def edits(draw: st.DrawFn) -> tuple[int, tuple[str, ...]]:
    """Draw a turn of the call and what is typed for it: words left out, replaced and put in."""
    known, _ = CALLS[False]
    number = draw(st.integers(0, len(known.turns) - 1))
    text: list[str] = []
    for word in known.turns[number].words:
        kept = draw(st.sampled_from(["kept"] * 6 + ["gone", "other", "new"]))
        text += {
            "kept": [word.text],
            "gone": [],
            "other": [draw(st.sampled_from(NEW))],
            "new": [word.text, draw(st.sampled_from(NEW))],
        }[kept]
    return number, tuple(text)


@given(edits(), st.booleans())
def test_a_turn_reads_as_it_was_typed_and_nothing_else_changes(
    edit: tuple[int, tuple[str, ...]], by_voice: bool
) -> None:
    number, text = edit
    known, standing = CALLS[by_voice]
    turn = known.turns[number]
    if text == words_typed(turn.text):
        return
    assume(not text or not is_mark(" ".join(text)))
    found = typed(number, " ".join(text), by_voice=by_voice)
    speaker = str(turn.speaker)
    read = " ".join(
        " ".join(text) if n == number else each.text
        for n, each in enumerate(known.turns)
        if each.speaker == speaker and (n != number or text)
    )
    assert of_speaker(found.turns, speaker) == read
    other = {"Ann": "Ben", "Ben": "Ann"}[speaker]
    assert [key_of(w) for t in found.turns if t.speaker == other for w in t.words] == [
        key_of(w) for t in known.turns if t.speaker == other for w in t.words
    ]
    kept = Counter(key_of(w) for t in found.turns if t.speaker == speaker for w in t.words)
    assert not Counter(by_times(turn, text)) - kept
    assert_found_again(known, standing, found)


def assert_found_again(known: Words, standing: Scene, found: Retyped) -> None:
    """Check that the corrections, kept and made again, come to the same turns."""
    after, fits = corrected(known.heard, found.corrections)
    assert {fit.state for fit in fits} <= {State.APPLIED}
    turns = turns_by_hand(after, standing.spans, found.standing.edits)
    assert owned(turns) == owned(found.turns)


def test_each_change_is_a_correction_of_its_own_at_its_time() -> None:
    long = CALLS[False][0].turns[1].text
    found = typed(1, long.replace("acne", "Acme").replace("four", "five"))
    assert [(each.before, each.after, each.start) for each in found.corrections] == [
        ("acne", "Acme", 3.45),
        ("four", "five", 5.55),
    ]
    assert found.corrections[0].lead == "Honestly, we pay "
    assert found.corrections[1].trail == " hundred dollars a month,"


def test_a_word_typed_in_a_gap_has_its_time_and_takes_none_of_others() -> None:
    known, _ = CALLS[False]
    found = typed(4, "Because we pay acne too much. Far more.")
    before = known.turns[4].words[-1]
    assert at(found.turns, "Far").start == before.end
    assert at(found.turns, "more.").end <= before.end + 0.07 * len("Far more.") + 0.001
    first = typed(4, "Well Because we pay acne too much.")
    assert at(first.turns, "Well").end == known.turns[4].start
    assert at(first.turns, "Well").duration == pytest.approx(0.07 * 4, abs=0.001)


def test_a_mark_that_is_typed_takes_no_time_from_the_word_beside_it() -> None:
    known, _ = CALLS[False]
    found = typed(4, "Because we pay acne - too much.")
    assert key_of(at(found.turns, "-"))[0] == known.turns[4].words[3].end
    assert key_of(known.turns[4].words[3]) in owned_keys(found.turns)


def owned_keys(turns: tuple[Turn, ...]) -> set[tuple[float, float, str]]:
    return {key for key, _ in owned(turns)}


@pytest.mark.parametrize(
    "text",
    [
        "because we pay acne too much.",
        "Because we pay acne too much",
        "Because, we pay acne too much!",
        "Because we pay “acne” too much.",
        "Because we pay acne's too much.",
    ],
)
def test_letters_and_marks_are_kept_to_the_last_one(text: str) -> None:
    found = typed(4, text)
    assert found.turns[4].text == text
    known, _ = CALLS[False]
    assert [key_of(word)[:2] for word in found.turns[4].words] == [
        key_of(word)[:2] for word in known.turns[4].words
    ]


def test_white_space_and_what_cannot_be_shown_is_no_text() -> None:
    assert words_typed("  Too\u0007\n  much.\t") == ("Too", "much.")
    assert typed(4, " Because\nwe pay Acme  too much. ").turns[4].text == (
        "Because we pay Acme too much."
    )


def test_a_turn_without_text_is_taken_out() -> None:
    found = typed(2, "")
    assert [turn.speaker for turn in found.turns].count("Ben") == 2
    assert of_speaker(found.turns, "Ann") == of_speaker(CALLS[False][0].turns, "Ann")


def test_marks_alone_are_refused_with_what_to_do() -> None:
    with pytest.raises(UsageError, match=r"no word in '\.\.\.'\. To take the turn out, leave it"):
        typed(2, "...")


def test_a_word_said_twice_is_put_right_in_the_turn_that_is_meant() -> None:
    found = typed(4, "Because we pay Acme too much.")
    assert "acne" in found.turns[1].text
    assert found.turns[4].text == "Because we pay Acme too much."


def test_who_speaks_stays_who_it_was_where_a_full_stop_would_move_it() -> None:
    """Where voices tell, a change of speaker is cheap after a sentence and in a pause."""
    heard = words("so we pay too much for that and why is it so", 0.0)
    segment = Segment(heard[0].start, heard[-1].end, heard)
    spans = (SpeakerSpan(0.0, 2.12, "Ann"), SpeakerSpan(2.12, 3.6, "Ben"))
    turns = turns_by_hand([segment], spans, ())
    known = Words(recording(), (segment,), (), (), texts_of([segment]), turns)
    standing = Scene(recording(), (segment,), spans, ())
    text = " ".join([*turns[0].text.split()[:-2], "for.", "that"])
    found = retyped(Wanted(known, standing, turns[0], words_typed(text), "then"))
    assert [turn.speaker for turn in found.turns] == ["Ann", "Ben"]
    assert [turn.text for turn in found.turns] == [text, turns[1].text]
    for edit in found.standing.edits:
        assert (edit.kind, edit.speaker, edit.made_at) == (EditKind.PASSAGE, "Ann", "then")


def test_a_turn_that_is_not_what_the_words_come_to_is_not_typed_over() -> None:
    known, standing = CALLS[False]
    moved = replace(known.turns[4].words[0], text="Since")
    turn = Turn.of("Ann", (moved, *known.turns[4].words[1:]))
    with pytest.raises(Changed, match="worked out anew") as raised:
        retyped(Wanted(known, standing, turn, ("Since",)))
    assert raised.value.stands == turn.text


def test_in_a_script_without_spaces_a_letter_is_changed_and_no_other() -> None:
    heard = tuple(
        Word(n * 0.2, n * 0.2 + 0.2, letter, spaced=n == 0) for n, letter in enumerate("今天很好吃")
    )
    segment = Segment(0.0, 1.0, heard, 0)
    spans = (SpeakerSpan(0.0, 1.0, "Ann", 0),)
    turns = turns_by_hand([segment], spans, ())
    known = Words(recording(), (segment,), (), (), texts_of([segment]), turns)
    standing = Scene(recording(), (segment,), spans, ())
    found = retyped(Wanted(known, standing, turns[0], words_typed("今天真好吃")))
    assert found.turns[0].text == "今天真好吃"
    ((before, after),) = ((each.before, each.after) for each in found.corrections)
    assert (before, after) == ("很", "真")
    assert [key_of(word)[:2] for word in found.turns[0].words] == [
        key_of(word)[:2] for word in turns[0].words
    ]
