"""Turns to questions: which of several sentences, whose turn answers, and where that ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.questions import find_questions
from pipeline.transcript import Turn
from tests.values import turn, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.transcript import Question

LONG = "We tried that for a while last year and then we went back to paper because it was quicker."


def talk(*said: str, speakers: str = "AB") -> list[Turn]:
    """Return turns of speakers that take turns, ten seconds apart; "C: ..." is of somebody else."""
    turns = []
    for place, text in enumerate(said):
        name, mark, rest = text.partition(": ")
        who = name if mark and len(name) == 1 else speakers[place % len(speakers)]
        turns.append(turn(rest if who == name else text, who, 10.0 * place, 0.2))
    return turns


def asked(turns: Sequence[Turn]) -> list[str]:
    return [text_of(each, turns) for each in find_questions(turns)]


def text_of(question: Question, turns: Sequence[Turn]) -> str:
    place = question.mention
    return turns[place.turn].text[place.start_char : place.end_char]


def answers(turns: Sequence[Turn]) -> list[tuple[int, int] | None]:
    found = [each.answer for each in find_questions(turns)]
    return [(each.first, each.last) if each else None for each in found]


# What is asked


def test_a_question_covers_the_sentences_that_ask_and_not_what_stands_around_them() -> None:
    turns = talk("I love that story. How did you hear about us? By post or so.", LONG)
    assert asked(turns) == ["How did you hear about us?"]


def test_sentences_that_ask_together_are_one_question() -> None:
    turns = talk("Good. What about the price, though? What would you change there?", LONG)
    assert asked(turns) == ["What about the price, though? What would you change there?"]


def test_a_very_short_question_has_the_sentence_before_it() -> None:
    turns = talk("You get one fix, and it ships tomorrow. What is it?", LONG)
    assert asked(turns) == ["You get one fix, and it ships tomorrow. What is it?"]


def test_who_goes_on_at_length_has_answered_the_question_themself() -> None:
    assert asked(talk(f"Why do we stay? {LONG}", "I see.")) == []


def test_who_goes_on_to_speak_to_the_other_still_asks() -> None:
    more = "I ask as others told us that they never read it, and you have been with us for longer."
    assert asked(talk(f"What do you think of the mail? {more}", LONG)) != []


def test_of_a_question_answered_by_its_speaker_and_a_later_one_the_later_is_asked() -> None:
    turns = talk(f"Why do we stay? {LONG} So what would you do there?", "Leave.")
    assert asked(turns) == ["So what would you do there?"]


def test_a_tag_asks_at_the_end_of_a_turn_alone() -> None:
    assert asked(talk("You stopped it in April, didn't you?", "I did.")) != []
    assert asked(talk("It is 40 a month now, right? And that has three seats.", "Yes.")) == []


def test_what_somebody_said_in_a_story_is_no_question() -> None:
    turns = talk("I got a call from a lady going, Sam. Why are you mailing me?", "Oh no.")
    assert asked(turns) == []


def test_a_name_that_is_said_again_with_doubt_is_no_question() -> None:
    assert asked(talk("Somebody rang me. Maria, I think it was. Maria Lind?", "Yes, Maria.")) == []


def test_an_exclamation_is_no_question() -> None:
    assert asked(talk("What would you know!", LONG)) == []


# What asks by its place alone


def test_an_echo_that_lost_its_mark_asks_if_the_other_takes_it_up() -> None:
    turns = talk("B: They left it on a ladder in the rain.", "A: On a ladder.", "B: On a ladder!")
    assert asked(turns) == ["On a ladder."]


def test_an_echo_that_nobody_takes_up_does_not_ask() -> None:
    turns = talk("B: They left it on a ladder.", "A: On a ladder.", "B: And they never called.")
    assert asked(turns) == []


def interview(*more: str) -> list[Turn]:
    return talk("How did you start?", LONG, "What happened next?", LONG, *more)


def test_who_asks_most_asks_with_half_a_question_too() -> None:
    assert asked(interview("Good to know. And the second driver.", LONG))[-1].endswith("driver.")
    assert len(asked(interview("A: Fine.", f"B: {LONG} And the second driver.", "A: Okay."))) == 2


def test_who_asks_most_asks_with_a_summary_that_the_other_confirms() -> None:
    summary = "So the note exists on your side."
    assert asked(interview(summary, "Exactly, it does."))[-1] == summary
    assert len(asked(interview(summary, "It never did."))) == 2


# What answers


def test_an_answer_goes_up_to_the_next_question_of_who_asks() -> None:
    turns = interview("That is well said.", LONG, "Thanks. Who decides that?", "Our boss.")
    assert answers(turns) == [(1, 1), (3, 5), (7, 7)]


def test_a_remark_neither_begins_an_answer_nor_ends_it() -> None:
    turns = talk("A: How was it?", "B: Hm.", "B: It was fine.", "A: Right.", "B: Mostly.", "A: Mm.")
    assert answers(turns) == [(2, 4)]


def test_a_remark_is_the_answer_where_there_is_no_other() -> None:
    assert answers(talk("Have you seen it?", "Mm-hm.")) == [(1, 1)]


def test_a_question_back_does_not_end_the_answer() -> None:
    turns = talk(
        "How do you advertise?",
        "Do you mean online?",
        "Yes, online.",
        LONG,
        "Who pays for that?",
        LONG,
    )
    assert answers(turns)[0] == (1, 3)


def test_an_echo_of_who_asks_does_not_end_the_answer() -> None:
    turns = talk("What went wrong?", "They left it on a ladder.", "On a ladder?", "On a ladder.")
    assert answers(turns) == [(1, 3), (3, 3)]


def test_a_third_persons_question_ends_the_answer() -> None:
    turns = talk("A: How was it?", "B: It was fine.", "C: Who paid for it?", f"B: {LONG}")
    assert answers(turns) == [(1, 1), (3, 3)]


def test_to_who_seldom_asks_the_answer_ends_with_the_next_question() -> None:
    turns = interview(
        "And then?", "Can I talk about winter?", "Please do.", LONG, "What would you change?", LONG
    )
    assert answers(turns)[3] == (6, 6)


def test_a_question_that_nobody_answers_has_no_answer() -> None:
    assert answers(talk("Are you there?", "A: Can you hear me?")) == [None, None]


def test_an_answer_may_go_on_in_a_turn_that_began_before_the_question() -> None:
    begun = Turn.of("B", (*words("They left it on a ladder", 0, 0.5), *words("in the rain", 6)))
    turns = [begun, turn("On a ladder?", "A", 3.0, 0.2)]
    (question,) = find_questions(turns)
    assert question.answer is not None
    assert (question.answer.first, question.answer.last) == (0, 0)
    assert question.answer.start == question.mention.end
    assert question.answer.end == begun.end


def test_an_answer_has_the_time_of_its_turns() -> None:
    turns = talk("How was it?", "It was fine.")
    (question,) = find_questions(turns)
    assert question.answer is not None
    assert (question.answer.start, question.answer.end) == (turns[1].start, turns[1].end)


# Where nobody is told apart


def test_in_a_paragraph_each_question_is_answered_by_what_follows_it() -> None:
    text = "How did you start? With a van. And who drives it? My sister does."
    turns = [turn(text, None), turn("Every day.", None, 30.0)]
    first, second = find_questions(turns)
    assert [text_of(each, turns) for each in (first, second)] == [
        "How did you start?",
        "And who drives it?",
    ]
    assert first.answer is not None
    assert second.answer is not None
    assert (first.answer.first, first.answer.last, second.answer.last) == (0, 0, 1)
    assert first.answer.end == pytest.approx(turns[0].words[6].end)
    assert second.answer.end == turns[1].end


def test_a_question_at_the_very_end_has_no_answer() -> None:
    assert answers([turn("Fine. How was it?", None)]) == [None]


def test_other_languages_ask_by_their_marks_alone() -> None:
    turns = talk("Was haben Sie dann gemacht?", "Nichts.", "Wie kam das.", "So halt.")
    assert asked(turns) == ["Was haben Sie dann gemacht?"]


def test_without_turns_nothing_is_asked() -> None:
    assert find_questions([]) == ()


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*"AB", None]),
            st.sampled_from([LONG, "Why?", "Mm-hm.", "Tell me more.", "On a wall?", "Yes.", "x?!"]),
            st.floats(0.1, 5),
        ),
        max_size=12,
    )
)
def test_whatever_is_said_questions_and_answers_lie_in_the_turns(
    said: list[tuple[str | None, str, float]],
) -> None:
    turns = [turn(text, who, 2.0 * n, pace) for n, (who, text, pace) in enumerate(said)]
    found = find_questions(turns)
    assert [each.mention.turn for each in found] == sorted(each.mention.turn for each in found)
    for each in found:
        assert text_of(each, turns).strip()
        if each.answer:
            assert 0 <= each.answer.first <= each.answer.last < len(turns)
            assert each.answer.end <= max(turn.end for turn in turns)
