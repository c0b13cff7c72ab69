"""Which sentences ask something: by their words where the mark is lost, and not by a mark alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.questions.asking import (
    asks_in_words,
    consents,
    halves,
    invites,
    is_open,
    is_tag,
    names_nobody,
    only_holds,
    pointed,
    reports_on,
    sentences,
    sums_up,
)

OPEN = """
Tell me about your onboarding.
I'd love to hear how that went.
Walk me through a typical day.
Can you take me back to the day you signed?
I'm curious how you handle returns
Could you describe the last time that happened
I was wondering whether you tried the app
We'd like to understand why it took so long.
I wanted to ask about the invoices.
Help me understand what broke.
Could you say a bit more about that
So what do you do when the system goes down
Okay, and how long have you been with them
How many people are on the team
How often does that happen
And who signs off on the budget
Who do you talk to when it breaks
What kind of reports do you need every month
If you had a magic wand, what would you change
When you started out, how did you find clients
On a scale of one to ten, how likely are you to recommend us
What happened after that
What made you leave them
What about the support team
What's the first thing you do in the morning
How come
Any thoughts on that
"""
CLOSED = """
Do you use spreadsheets for that
Have you ever thought of switching
Would it help if we sent a reminder
Is there anything else you wanted to add
Did anybody else look at it
Are you still paying for the old one
Has that changed since
Was that before or after the merger
Which of these would you pick first
Shall we start
May I ask something
While we are on that subject can I talk about parking
Now other vendors has anybody else called you
"""
STATED = """
What a day
How nice of them.
When we moved the office everything broke.
When it rains, the drivers are late.
Who knows.
Which is why we left.
What I'd change is the parking.
What we need is a better map.
What was hard was the import.
How we do it is pretty simple.
Where we are there is no signal.
She said, would you like to try it.
He asked me how many we sell.
And they said, do you have an account.
I thought, why would I pay for that.
And she said would you like another.
I don't know what they do.
Do not call me again.
Do it yourself and save the money.
Have a look at that.
Should you need anything, call me.
Were it up to me we'd be done.
So did we.
And so did the ones in the north.
Neither do I.
Tell me about it.
Tell Sam I said hello.
I know how it works.
That's how we found you.
Give me a link I can send.
Walt, who is my foreman, does not like it.
We use it on Mondays, when the trucks come in.
Not only do we pay more, we wait longer.
As soon as you do that you lose the data.
Let me explain how we do it.
I like to understand things before I buy.
"""


def lines(text: str) -> list[str]:
    return text.strip().splitlines()


@pytest.mark.parametrize("text", lines(OPEN))
def test_what_asks_for_a_story_is_open_with_or_without_its_mark(text: str) -> None:
    for written in (text.rstrip(".?"), text.rstrip(".?") + "?", text.rstrip(".?") + "."):
        (sentence,) = sentences(written)
        assert asks_in_words(sentence)
        assert is_open(sentence)


@pytest.mark.parametrize("text", lines(CLOSED))
def test_what_yes_no_or_a_choice_answers_is_closed(text: str) -> None:
    for written in (text, f"{text}?", f"{text}."):
        (sentence,) = sentences(written)
        assert asks_in_words(sentence)
        assert not is_open(sentence)


@pytest.mark.parametrize("text", lines(STATED))
def test_what_only_looks_like_a_question_does_not_ask(text: str) -> None:
    assert not any(map(asks_in_words, sentences(text)))


@pytest.mark.parametrize("lead", ["So, ", "Okay. And ", "Um, well, ", "Great, got it. Now, "])
def test_what_people_say_before_they_come_to_the_point_does_not_count(lead: str) -> None:
    assert asks_in_words(sentences(f"{lead}how do you do that")[-1])
    assert not asks_in_words(sentences(f"{lead}that is how we do it")[-1])


def test_the_point_of_a_sentence_is_what_is_left_without_its_lead() -> None:
    assert pointed("so, okay, um, how was it") == "how was it"
    assert pointed("rightly so") == "rightly so"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Wirklich?", True),
        ("お元気ですか？", True),
        ("كيف حالك؟", True),
        ("Τι κάνεις;", True),
        ("Τι κάνεις\u037e", True),
        ("He waits; she goes;", False),
        ('"Is it?"', True),
        ("What?!", True),
        ("No.", False),
    ],
)
def test_a_question_mark_of_any_script_is_one(text: str, marked: bool) -> None:
    assert [each.marked for each in sentences(text)] == [marked]


def test_sentences_of_scripts_without_spaces_end_at_their_marks() -> None:
    texts = [each.text for each in sentences("お元気ですか？はい。")]
    assert texts == ["お元気ですか？", "はい。"]


@pytest.mark.parametrize(
    "text",
    ["Right?", "Okay?", "You know what?", "Honestly?", "Oh, really?", "It's true, you know?"],
)
def test_a_mark_after_what_holds_the_floor_is_no_question(text: str) -> None:
    assert only_holds(sentences(text)[0])


@pytest.mark.parametrize(
    "text",
    [
        "And she said, would you like it?",
        "I told them, why would I?",
        "And then, you know, whose fault is it?",
    ],
)
def test_a_mark_in_what_others_said_is_no_question(text: str) -> None:
    assert only_holds(sentences(text)[0])


@pytest.mark.parametrize("text", ["What would you say works?", "You said, what was it?", "Why?"])
def test_a_mark_after_a_question_stays_one(text: str) -> None:
    assert not only_holds(sentences(text)[0])


def test_a_tag_states_something_and_a_question_is_none() -> None:
    assert is_tag(sentences("It's mostly weekends, isn't it?")[0])
    assert is_tag(sentences("You stopped in April, right?")[0])
    assert not is_tag(sentences("Why did it stop, was it?")[0])
    assert not is_tag(sentences("It stopped in April.")[0])


def test_a_report_may_go_on_in_the_next_sentence() -> None:
    assert reports_on(sentences("A lady calls me going, Daniel.")[0])
    assert reports_on(sentences("And he said.")[0])
    assert not reports_on(sentences("He said that it was fine and left.")[0])


def test_half_a_question_names_what_else_is_meant() -> None:
    assert halves(sentences("And Acme.")[0])
    assert halves(sentences("Ready to start.")[0])
    assert not halves(sentences("And thank you.")[0])
    assert not halves(sentences("And we have used it ever since.")[0])


def test_a_summary_is_of_what_the_other_told() -> None:
    assert sums_up(sentences("So the note stays on your side.")[0])
    assert not sums_up(sentences("So the van was empty.")[0])
    assert consents("Exactly. It never moved.")
    assert not consents("The yes came later.")
    assert not consents("")


def test_a_fragment_names_nobody_who_does_anything() -> None:
    assert names_nobody("On a wall.")
    assert not names_nobody("So you saw it.")
    assert invites(sentences("Tell us more.")[0])


@given(st.text(max_size=80))
def test_sentences_are_pieces_of_the_text_in_order_and_lose_no_letter(text: str) -> None:
    found = sentences(text)
    assert all(text[each.start : each.end] == each.text for each in found)
    assert "".join("".join(each.text.split()) for each in found) == "".join(text.split())


@given(st.text(max_size=80))
def test_any_text_is_judged_without_an_error(text: str) -> None:
    for each in sentences(text):
        assert asks_in_words(each) in {True, False}
        assert only_holds(each) in {True, False}
        assert is_open(each) in {True, False}
