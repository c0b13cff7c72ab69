"""Who asks and who answers: a guess from what they say, or none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pipeline.roles import Manner, asks, guess_roles, manner, score
from pipeline.speakers import Role
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.transcript import Turn

ASKED = (
    "How did you hear of us?",
    "And what does it cost?",
    "Tell me about last week.",
    "I see, so it was bad.",
)
ANSWERED = (
    "A friend told me about it when we were both still working at the old bakery in town.",
    "It is two hundred and forty dollars a month and the planner is another sixty on top.",
    "We lost eleven orders because nobody had written down who was going to drive them.",
    "So that was not a good week for any of us and least of all for the customers.",
)


def interview(first: str = "Ann", second: str = "Ben") -> list[Turn]:
    texts = [text for pair in zip(ASKED, ANSWERED, strict=True) for text in pair]
    speakers = (first, second) * len(ASKED)
    return [
        turn(text, who, 10.0 * n) for n, (text, who) in enumerate(zip(texts, speakers, strict=True))
    ]


def chat() -> list[Turn]:
    texts = [text for pair in zip(ANSWERED, ANSWERED[::-1], strict=True) for text in pair]
    return [turn(text, ("Ann", "Ben")[n % 2], 10.0 * n) for n, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("text", "is_asking"),
    [
        ("How is it going?", True),
        ("Right. So how did you first hear about us", True),
        ("Okay, tell me about last week.", True),
        ("And, what does it cost", True),
        ("It costs too much.", False),
        ("How should I know? It costs too much.", False),
        ("Whatever you say.", False),
        ("Sowhat.", False),
        ("今日は？", False),
        ("", False),
    ],
)
def test_a_turn_asks_if_its_last_sentence_does(text: str, is_asking: bool) -> None:
    assert asks(text) is is_asking


def test_who_asks_and_says_little_is_guessed_to_be_the_interviewer() -> None:
    assert guess_roles(interview(), {}) == {"Ann": Role.INTERVIEWER, "Ben": Role.CUSTOMER}
    assert guess_roles(interview("Ben", "Ann"), {}) == {
        "Ben": Role.INTERVIEWER,
        "Ann": Role.CUSTOMER,
    }


def test_without_a_margin_there_is_no_guess() -> None:
    assert guess_roles(chat(), {}) == {}


def test_who_is_in_more_calls_but_asks_nothing_is_no_interviewer() -> None:
    assert guess_roles(chat(), {"Ann": 9, "Ben": 1}) == {}


def test_too_few_turns_tell_nothing() -> None:
    assert guess_roles(interview()[:6], {}) == {}
    assert guess_roles([], {}) == {}
    assert guess_roles([turn("How are you?", None)] * 9, {}) == {}
    assert guess_roles([each for each in interview() if each.speaker == "Ann"], {}) == {}


def test_a_number_recurs_in_every_call_and_tells_nothing() -> None:
    numbered = interview("Ann", "Speaker 2")
    assert guess_roles(numbered, {"Ann": 1, "Speaker 2": 9})["Ann"] is Role.INTERVIEWER


def test_who_says_next_to_nothing_is_not_looked_at() -> None:
    guessed = guess_roles([*interview(), turn("What?", "Cy", 100.0)], {})
    assert guessed == {"Ann": Role.INTERVIEWER, "Ben": Role.CUSTOMER}


def test_of_several_who_answer_nobody_is_the_customer() -> None:
    more = [turn(text, "Cy", 100.0 + 10 * n) for n, text in enumerate(ANSWERED)]
    assert guess_roles([*interview(), *more], {}) == {"Ann": Role.INTERVIEWER}


def test_a_manner_counts_turns_and_words() -> None:
    assert manner(["How is it?", "Good."], 3) == Manner(2, 0.5, 2.0, 3)


def test_recurring_over_calls_counts_for_who_does() -> None:
    often, once = Manner(9, 0.3, 10, 4), Manner(9, 0.3, 10, 1)
    assert score(often, (often, once)) > score(once, (often, once))
    assert score(once, (once, once)) == score(once, (once,))


@pytest.mark.parametrize("call", ["i01", "i02", "i03", "i04"])
def test_real_interviewers_are_told(speech: Path, call: str) -> None:
    place = speech / "interviews" / f"{call}.turns.json"
    said = json.loads(place.read_text(encoding="utf-8"))
    turns = [turn(each["text"], each["speaker"], each["start"]) for each in said]
    assert guess_roles(turns, {}) == {
        "interviewer": Role.INTERVIEWER,
        "customer": Role.CUSTOMER,
    }
