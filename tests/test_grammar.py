"""Which words in a row may be a phrase: by what each is, without any engine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import furniture
from models.grammar import (
    LONGEST_PHRASE,
    NEVER_FIRST,
    NEVER_LAST,
    Part,
    key_of,
    phrases,
    singular,
    without_accents,
)

TAGS = {"a": "ADJ", "n": "NOUN", "P": "PROPN", "v": "VERB", "d": "DET", "p": "ADP", "#": "NUM"}
TAGS |= {"x": "PUNCT", "i": "INTJ"}


def parts(text: str) -> list[Part]:
    """Return the words of "insulated/a bags/n:ORG"; "~" before a word: no space is there.

    A preposition belongs to the word before it; a verb describes the noun after it.
    """
    read: list[Part] = []
    for place, each in enumerate(text.split()):
        word, _, kind = each.rpartition("/")
        tag, _, label = kind.partition(":")
        glued, word = word.startswith("~"), word.removeprefix("~")
        lemma = word.removesuffix("s") if tag == "n" and not word.endswith("ss") else word
        head = place - 1 if tag == "p" else -1
        read.append(Part(word, lemma, TAGS[tag], label, head, before=tag == "v", glued=glued))
    return read


def found(text: str) -> list[str]:
    """Return the phrases of words written as for `parts`."""
    read = parts(text)
    return [" ".join(part.text for part in read[start:end]) for start, end in phrases(read)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the/d insulated/a bags/n", ["insulated bags"]),
        ("bags/n", ["bags"]),
        ("delivery/n text/n messages/n are/v here/d", ["delivery text messages"]),
        ("Fernhop/P:ORG Reach/P:ORG", ["Fernhop Reach"]),
        ("the/d lost/v bouquet/n", ["lost bouquet"]),
        ("bags/n ,/x drivers/n", ["bags", "drivers"]),
        ("the/d bag/n leaking/v water/n", ["bag", "leaking water"]),
    ],
)
def test_nouns_and_what_says_which_kind_are_a_phrase(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "the/d whole/a thing/n",
        "a/d good/a question/n",
        "kind/n of/p thing/n",
        "a/d lot/n of/p stuff/n",
        "a/d couple/n of/p weeks/n",
        "the/d first/a time/n",
        "great/a feedback/n",
        "your/d answers/n",
        "Saturday/P:DATE morning/n:TIME",
        "Thursdays/P",
        "last/a summer/n",
        "um/i uh/n",
        "yeah/n okay/a thanks/n",
        "Bye/P",
        "nice/a people/n",
        "different/a way/n",
        "the/d hardest/a part/n",
        "two/#:CARDINAL things/n",
        "1,800/#:MONEY",
        "40/#:TIME -/x minute/n:TIME",
        "",
    ],
)
def test_fillers_furniture_and_times_are_no_phrases(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("good/a hot/a food/n", "hot food"),
        ("the/d whole/a new/a delivery/n window/n", "delivery window"),
        ("driver/n stuff/n", "driver"),
        ("support/n guy/n", "support"),
        ("uh/i paint/n stick/n um/i", "paint stick"),
        ("the/d Saturday/P:DATE morning/n:TIME garden/n show/n", "garden show"),
        ("two/#:TIME ~-/x ~hour/n:TIME delivery/n window/n", "delivery window"),
        ("three/#:DATE weeks/n:DATE Quickcrate/P:ORG trial/n", "Quickcrate trial"),
        ("my/d sister/n Renee/P:PERSON", "Renee"),
        ("the/d name/n Fernhop/P:ORG", "Fernhop"),
    ],
)
def test_what_does_not_say_which_is_cut_off_both_ends(text: str, expected: str) -> None:
    assert found(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bike/n type/n", ["bike type"]),
        ("that/d type/n", []),
        ("mouth/n number/n one/#", ["mouth"]),
        ("account/n number/n", ["account number"]),
        ("pickup/n time/n slots/n", ["pickup time slots"]),
        ("winter/n:DATE pause/n", ["winter pause"]),
        ("monthly/a:DATE minimum/n", ["monthly minimum"]),
        ("winter/n:DATE", []),
    ],
)
def test_a_weak_noun_needs_another_before_it(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_a_name_keeps_the_words_that_would_be_cut_off_elsewhere() -> None:
    assert found("Good/a:ORG Foods/P:ORG") == ["Good Foods"]
    assert found("good/a foods/n") == ["foods"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cash/n on/p delivery/n", ["cash", "delivery", "cash on delivery"]),
        ("photo/n from/p the/d doorstep/n", ["photo", "doorstep", "photo from the doorstep"]),
        ("gallon/n of/p paint/n", ["gallon", "paint"]),
        ("side/n of/p things/n", []),
        ("bridge/n in/p Superior/P:GPE", ["bridge", "Superior"]),
        ("my/d cash/n on/p your/d delivery/n", ["cash", "delivery"]),
        (
            "old/a account/n for/p contractor/n text/n messages/n",
            ["account", "contractor text messages"],
        ),
    ],
)
def test_a_preposition_ties_two_phrases_to_one(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_a_preposition_that_belongs_to_a_verb_ties_nothing() -> None:
    put = parts("cash/n on/p delivery/n")
    loose = [put[0], Part("on", "on", "ADP", head=7), put[2]]
    assert phrases(loose) == [(0, 1), (2, 3)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no/d ~-/x ~show/n rate/n", ["no - show rate"]),
        ("per/p ~-/x ~seat/n pricing/n", ["per - seat pricing"]),
        ("quick/a ~-/x ~change/n parts/n", ["quick - change parts"]),
        ("quick/a change/n", ["change"]),
        ("price/n -/x driver/n", ["price", "driver"]),
    ],
)
def test_a_hyphen_without_spaces_holds_a_word_together(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "the/d deliv-/n",
        "the/d deliv/n ~-/x we/d",
        "the/d deliv/n ~-/x",
        "the/d deliv/n ~\u2014/x",
        "the/d deliv/n ~.../x",
        "a/d B./P",
        "x/n",
    ],
)
def test_a_word_that_is_broken_off_is_no_phrase(text: str) -> None:
    assert found(text) == []


def test_a_dash_within_a_turn_ends_a_phrase_and_breaks_no_word_off() -> None:
    assert found("the/d price/n ~\u2014/x a/d driver/n") == ["price", "driver"]


def test_words_of_which_every_text_is_full_are_no_phrases() -> None:
    assert phrases([Part("yours", "your", "NOUN", common=True)]) == []
    assert phrases([Part("shows", "show", "NOUN", common=True)]) == [(0, 1)]


def test_a_clause_is_no_phrase() -> None:
    assert found(" ".join(["bag/n"] * LONGEST_PHRASE)) == [" ".join(["bag"] * LONGEST_PHRASE)]
    assert found(" ".join(["bag/n"] * (LONGEST_PHRASE + 1))) == []


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("failed/a deliveries/n", ["failed", "deliverie"]),
        ("failed/v", ["failed"]),
        ("the/d", [""]),
        ("~-/x", [""]),
        ("Messages/P", ["message"]),
        ("Caf\u00e9/P", ["cafe"]),
    ],
)
def test_a_key_is_the_same_for_all_forms_of_a_word(text: str, keys: list[str]) -> None:
    assert [key_of(part) for part in parts(text)] == keys


@pytest.mark.parametrize(
    ("word", "one"),
    [
        ("bags", "bag"),
        ("deliveries", "delivery"),
        ("glass", "glass"),
        ("bus", "bus"),
        ("gas", "gas"),
    ],
)
def test_a_plural_is_compared_as_one(word: str, one: str) -> None:
    assert singular(word) == one


def test_accents_and_case_do_not_count() -> None:
    assert without_accents("CRÈME Brûlée") == "creme brulee"


LISTS = {
    name: words
    for name, words in vars(furniture).items()
    if name.isupper() and isinstance(words, frozenset)
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_of_words_are_in_lower_case_as_a_dictionary_has_them(name: str) -> None:
    assert LISTS[name]
    assert all(word == word.casefold() for word in LISTS[name])


@pytest.mark.parametrize("name", ["FILLERS", "EMPTY", "FURNITURE", "WEAK", "TIMES", "SEASONS"])
def test_no_word_of_a_list_is_a_phrase_by_itself(name: str) -> None:
    for word in LISTS[name]:
        assert phrases([Part(word, word, "NOUN")]) == [], word


@pytest.mark.parametrize("subject", ["price", "delivery", "invoice", "app", "van", "customer"])
def test_what_people_speak_about_is_on_no_list(subject: str) -> None:
    assert [name for name, words in LISTS.items() if subject in words] == []


SOME = ["good", "thing", "question", "bag", "driver", "um", "week", "price", "-", "two", "uh", "of"]
WORDS = st.lists(
    st.builds(
        Part,
        text=st.sampled_from(SOME),
        lemma=st.sampled_from(SOME),
        tag=st.sampled_from(sorted(TAGS.values())),
        label=st.sampled_from(["", "DATE", "ORG", "CARDINAL"]),
        head=st.integers(-1, 6),
        before=st.booleans(),
        glued=st.booleans(),
    ),
    max_size=12,
)


@given(WORDS)
def test_a_phrase_never_begins_or_ends_with_furniture(words: list[Part]) -> None:
    for start, end in phrases(words):
        compound = end - start > 1 and words[start + 1].text == "-"
        assert compound or words[start].dictionary not in NEVER_FIRST
        assert words[end - 1].dictionary not in NEVER_LAST
        assert words[end - 1].is_noun


@given(WORDS)
def test_phrases_lie_within_the_text_and_those_not_tied_lie_apart(words: list[Part]) -> None:
    for start, end in phrases(words):
        assert 0 <= start < end <= len(words)
