"""Names of a list: written right where they were heard, and nowhere else."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recogniser import RawWord
from models.sounds import letters, likenesses, sound
from models.vocabulary import MOST, SURE, alike, is_usable, with_terms

NAMES = ("Fernhop", "Fernhop Reach", "Quickcrate", "DropBee", "Mailmoth", "Priya Raman", "Okafor")
ORDINARY = ("Chewy", "Target", "Ray", "IT", "US", "Superior", "Nextdoor")
UNSURE = 0.4


def raw(text: str, probability: float = UNSURE) -> list[RawWord]:
    """Return a text as raw words, a quarter of a second each with a pause between."""
    return [
        RawWord(f" {word}", place * 0.3, place * 0.3 + 0.25, probability)
        for place, word in enumerate(text.split())
    ]


def pieces(text: str) -> list[str]:
    """Return the words of a second decoding."""
    return [f" {word}" for word in text.split()]


def running(words: list[RawWord]) -> str:
    return "".join(word.text for word in words).strip()


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        pytest.param("I called quick great first", ("Quickcrate",), id="two words for one"),
        pytest.param("I called quick-rate first", ("Quickcrate",), id="with a hyphen"),
        pytest.param("named Aquifer who cooks", ("Okafor",), id="another word, with a capital"),
        pytest.param("my pre-ram and her table", ("Priya Raman",), id="a name of two words"),
        pytest.param("it was drop B.", ("DropBee",), id="a letter for a word"),
        pytest.param("a mail month account", ("Mailmoth",), id="one consonant more"),
        pytest.param("how is fern hop's price", ("Fernhop",), id="somebody's"),
        pytest.param("did you hear of fernhop reach", ("Fernhop Reach", "Fernhop"), id="small"),
        pytest.param("I called Quickcrate first", (), id="it is there"),
        pytest.param("I called Quickcrate's boss", (), id="it is there, as somebody's"),
        pytest.param("Fern Hop and dropbee", (), id="what needs no second hearing"),
        pytest.param("so we bake bread every day", (), id="nothing alike"),
        pytest.param("go fern. Hop on", (), id="over the end of a sentence"),
        pytest.param("", (), id="nothing"),
    ],
)
def test_the_names_that_a_text_sounds_like_are_worth_a_second_hearing(
    text: str, terms: tuple[str, ...]
) -> None:
    asked = alike(raw(text), NAMES)
    assert asked[: len(terms)] == terms
    assert bool(asked) is bool(terms)


def test_one_name_that_stands_there_does_not_hide_that_it_was_misheard_elsewhere() -> None:
    assert alike(raw("Quickcrate said that quick great is"), NAMES)[0] == "Quickcrate"


def test_what_the_recogniser_is_sure_of_is_no_misheard_name() -> None:
    assert alike(raw("I called quick great first", SURE + 0.01), NAMES) == ()
    assert alike(raw("I called quick rate first", 1.0), NAMES)[0] == "Quickcrate"  # it sounds equal


def test_names_alike_from_afar_fill_up_the_prompt_behind_a_likely_one() -> None:
    terms = ("Percival", "Quickcrate", "Quick Cart", "Okafor")
    assert alike(raw("I called quick great first"), terms) == ("Quickcrate", "Quick Cart")
    assert alike(raw("I called the quartz first"), terms) == ()


def test_of_many_names_the_likest_are_asked_for() -> None:
    many = [f"Quickcr{vowel}t{end}" for vowel in "aeiou" for end in ("e", "er", "or")]
    asked = alike(raw("I called quick crater first"), many)
    assert len(asked) == MOST
    assert asked[0] == "Quickcrater"


@pytest.mark.parametrize(
    ("plain", "prompted", "merged"),
    [
        pytest.param(
            "I called quick great, first.",
            "I called Quickcrate first",
            "I called Quickcrate, first.",
            id="with the punctuation of the plain words",
        ),
        pytest.param(
            "we um tried quick great thing",
            "We tried Quickcrate sing",
            "we um tried Quickcrate thing",
            id="and nothing else of the second text",
        ),
        pytest.param(
            "from fern hope. How is it",
            "from Fernhop. How's it",
            "from Fernhop. How is it",
            id="where the texts differ beside it, too",
        ),
        pytest.param(
            "did you switch on fern hop reach, today",
            "did you switch on Fernhop Reach, today",
            "did you switch on Fernhop Reach, today",
            id="a term of which a word was right",
        ),
        pytest.param(
            "it was drop B. Drop B was fine",
            "it was DropBee. DropBee was fine",
            "it was DropBee. DropBee was fine",
            id="twice",
        ),
        pytest.param(
            "how is fern hope's price",
            "how is Fernhop price",
            "how is Fernhop's price",
            id="somebody's, as heard at first",
        ),
        pytest.param(
            "all the drop bees came",
            "all the DropBees came",
            "all the DropBees came",
            id="more than one",
        ),
        pytest.param("we bake bread", "we bake Quickcrate bread", "we bake bread", id="added"),
        pytest.param("we bake bread", "we bake Quickcrate", "we bake bread", id="not alike"),
        pytest.param("", "Fernhop Quickcrate", "", id="into silence"),
        pytest.param(
            "quick great and so on", "and so on Quickcrate", "quick great and so on", id="elsewhere"
        ),
        pytest.param("it was quick great", "it was quick great", "it was quick great", id="denied"),
        pytest.param("it was quick great", "", "it was quick great", id="not heard again"),
    ],
)
def test_a_name_is_taken_only_where_something_like_it_was_heard(
    plain: str, prompted: str, merged: str
) -> None:
    assert running(with_terms(raw(plain), pieces(prompted), NAMES)) == merged


def test_texts_that_have_nothing_in_common_tell_nothing_about_each_other() -> None:
    plain = "quick great is what my aunt used to say when the old bus was late"
    second = "Quickcrate one two three four five six seven eight nine ten eleven twelve"
    assert running(with_terms(raw(plain), pieces(second), NAMES)) == plain


@pytest.mark.parametrize(
    ("plain", "merged"),
    [
        ("we use dropbee, yes", "we use DropBee, yes"),
        ("we use Drop Bee now", "we use DropBee now"),
        ("we use Fern Hopreach now", "we use Fernhop Reach now"),
        ("the MailMoth's price", "the Mailmoth's price"),
        ("(Quick Crate)", "(Quickcrate)"),
        ("we drop bee hives", "we drop bee hives"),
        ("that meat is chewy", "that meat is chewy"),
        ("our target is right", "our target is right"),
        ("a ray of it for us", "a ray of it for us"),
        ("It is. Us too", "It is. Us too"),
        ("the shop next door", "the shop next door"),
        ("Chewy and Target", "Chewy and Target"),
    ],
)
def test_equal_letters_are_enough_where_they_were_written_as_a_name(
    plain: str, merged: str
) -> None:
    assert running(with_terms(raw(plain, 0.9), [], NAMES + ORDINARY)) == merged


def test_an_ordinary_word_becomes_a_name_only_if_the_second_text_says_so() -> None:
    plain, terms = raw("across the bridge in superior."), ("Superior",)
    assert alike(plain, terms) == terms
    said = with_terms(plain, pieces("across the bridge in Superior."), terms)
    assert running(said) == "across the bridge in Superior."
    assert with_terms(plain, pieces("across the bridge in superior."), terms) == plain
    sure = raw("across the bridge in superior.", SURE + 0.01)
    assert alike(sure, terms) == ()
    assert with_terms(sure, pieces("across the bridge in Superior."), terms) == sure


@pytest.mark.parametrize("term", ["Wallace", "Aaliyah", "Nora"])
def test_a_name_of_two_consonants_must_sound_the_same(term: str) -> None:
    plain = raw("it will as Allah said be nor her")
    assert alike(plain, (term,)) == ()


@pytest.mark.parametrize("term", ["Ray", "IT", "US", "2026", "C++", "", " ", "Model 2"])
def test_what_letters_do_not_tell_is_left_alone(term: str) -> None:
    plain = raw("a ray of it for us in 2025 with vitamin C and Model 3")
    assert alike(plain, (term,)) == ()
    assert with_terms(plain, pieces(f"a {term} of {term} {term} {term}"), (term,)) == plain


def test_a_name_that_ends_as_somebodys_is_written_once() -> None:
    plain, terms = raw("at McDonnald's today"), ("McDonald's",)
    assert alike(plain, terms) == terms
    merged = with_terms(plain, pieces("at McDonald's today"), terms)
    assert running(merged) == "at McDonald's today"


MARKED = ("Acme Inc.", "Yahoo!", ".NET")


@pytest.mark.parametrize(
    ("plain", "merged"),
    [
        ("we called acme inc yesterday", "we called acme inc yesterday"),
        ("we called Acme Inc yesterday", "we called Acme Inc. yesterday"),
        ("we called ACME inc. Yesterday", "we called ACME inc. Yesterday"),
        ("we called ACME Inc. Yesterday", "we called Acme Inc. Yesterday"),
        ("it is by Acme Inc, I think", "it is by Acme Inc., I think"),
        ("we like Yahoo a lot", "we like Yahoo! a lot"),
        ("we like Yahoo.", "we like Yahoo!"),
        ("we like Yahoo! A lot", "we like Yahoo! A lot"),
        ("it was (Yahoo's) fault", "it was (Yahoo!'s) fault"),
        ("it was Yahoo!'s fault", "it was Yahoo!'s fault"),
        ("written in Net alone", "written in .NET alone"),
        ("written in .Net alone", "written in .NET alone"),
        ("written in .NET alone", "written in .NET alone"),
        ("caught in a net alone", "caught in a net alone"),
    ],
)
def test_a_name_with_punctuation_of_its_own_is_written_as_it_is_listed(
    plain: str, merged: str
) -> None:
    assert running(with_terms(raw(plain, 0.9), [], MARKED)) == merged


def test_a_name_with_punctuation_of_its_own_may_have_been_misheard() -> None:
    plain = raw("we asked Yahu for it")
    assert alike(plain, MARKED)[0] == "Yahoo!"
    for prompted in ("we asked Yahoo! for it", "we asked Yahoo for it"):
        assert running(with_terms(plain, pieces(prompted), MARKED)) == "we asked Yahoo! for it"


@pytest.mark.parametrize(
    ("term", "usable"),
    [
        ("Acme Inc.", True),
        ("Yahoo!", True),
        (".NET", True),
        ("C", True),
        ("C++", False),
        ("C#", False),
        ("2026", False),
        ("", False),
    ],
)
def test_a_name_is_usable_if_its_letters_tell_it(term: str, usable: bool) -> None:
    assert is_usable(term) is usable


def test_a_longer_name_goes_before_a_part_of_it() -> None:
    plain = raw("did you see Fern Hop reaches here")
    merged = with_terms(plain, pieces("did you see Fernhop Reach here"), NAMES)
    assert running(merged) == "did you see Fernhop Reach here"
    assert running(with_terms(plain, [], NAMES)) == "did you see Fernhop reaches here"


def test_a_name_takes_the_time_of_the_words_in_whose_place_it_stands() -> None:
    plain = raw("called quick great first")
    merged = with_terms(plain, pieces("called Quickcrate first"), NAMES)
    assert merged == [plain[0], RawWord(" Quickcrate", 0.3, merged[1].end, UNSURE), plain[3]]
    assert merged[1].end == pytest.approx(plain[2].end)


def test_as_many_words_as_there_were_keep_their_times() -> None:
    plain = [RawWord(" Pria", 1.0, 1.4, 0.5), RawWord(" Ramen.", 2.0, 2.4, 0.3)]
    assert with_terms(plain, pieces("Priya Raman"), NAMES) == [
        RawWord(" Priya", 1.0, 1.4, 0.3),
        RawWord(" Raman.", 2.0, 2.4, 0.3),
    ]


def test_other_words_share_the_time_by_their_letters() -> None:
    plain = [RawWord(" Fernhopreach", 1.0, 2.4, 0.5)]
    merged = with_terms(plain, pieces("Fernhop Reach"), NAMES)
    assert [word.text for word in merged] == [" Fernhop", " Reach"]
    assert [word.end for word in merged] == pytest.approx([1.8, 2.4])


def test_a_word_in_pieces_is_replaced_as_a_whole() -> None:
    plain = [
        RawWord(" a", 0.0, 0.1, 0.9),
        RawWord(" quick", 0.1, 0.4, 0.6),
        RawWord("-rate,", 0.4, 0.8, 0.5),
        RawWord(" twenty", 0.8, 1.2, 0.9),
        RawWord("-five", 1.2, 1.4, 0.9),
    ]
    merged = with_terms(plain, pieces("a Quickcrate, twenty-five"), NAMES)
    assert merged == [plain[0], RawWord(" Quickcrate,", 0.1, 0.8, 0.5), *plain[3:]]


def test_text_without_spaces_is_left_as_it_is() -> None:
    plain = [RawWord(text, 0.0, 0.1, UNSURE) for text in "今日はファーンホップ"]
    assert alike(plain, NAMES) == ()
    assert with_terms(plain, ["今", "日", "は", "Fernhop"], NAMES) == plain


SPOKEN = ("we", "bake", "bread", "I", "the", "quick", "great", "drop", "B", "fern", "hop", "Fern.")
texts = st.lists(st.sampled_from((*SPOKEN, "and,", "target", "mail", "month", *NAMES)), max_size=14)
anything = st.lists(st.text(max_size=6).map(lambda text: f" {text}"), max_size=8)


def of_words(words: list[str]) -> list[RawWord]:
    return raw(" ".join(words))


@given(plain=texts, prompted=texts)
def test_a_name_never_stands_where_nothing_alike_stood(
    plain: list[str], prompted: list[str]
) -> None:
    before = of_words(plain)
    kept = {word.start: word for word in before}
    for word in with_terms(before, pieces(" ".join(prompted)), NAMES):
        if kept.get(word.start) == word:
            continue
        there = [old for old in before if word.start - 1e-6 <= old.start < word.end]
        heard = " ".join(old.text for old in there or before)
        assert likenesses([heard], NAMES).max() > 0.4


@given(plain=texts, prompted=texts)
def test_times_stay_in_order_and_within_the_window(plain: list[str], prompted: list[str]) -> None:
    before = of_words(plain)
    merged = with_terms(before, pieces(" ".join(prompted)), NAMES)
    assert all(first.end <= second.start + 1e-6 for first, second in pairwise(merged))
    assert [word.end for word in merged[-1:]] == pytest.approx([word.end for word in before[-1:]])


@given(prompted=texts)
def test_nothing_leaks_into_silence(prompted: list[str]) -> None:
    assert with_terms([], pieces(" ".join(prompted)), NAMES) == []


@given(plain=anything, prompted=anything)
def test_without_names_nothing_changes(plain: list[str], prompted: list[str]) -> None:
    words = [RawWord(text, 0.0, 0.1, UNSURE) for text in plain]
    assert with_terms(words, prompted, []) == words
    assert alike(words, []) == ()


@given(plain=anything, prompted=anything, terms=st.lists(st.text(max_size=8), max_size=4))
def test_any_text_and_any_list_are_taken(
    plain: list[str], prompted: list[str], terms: list[str]
) -> None:
    words = [RawWord(text, 0.0, 0.1, UNSURE) for text in plain]
    assert set(alike(words, terms)) <= {" ".join(term.split()) for term in terms}
    assert bool(with_terms(words, prompted, terms)) is bool(words)


@given(prompted=texts)
def test_words_that_are_like_no_name_are_untouched(prompted: list[str]) -> None:
    plain = raw("so we bake our bread every single day and people come")
    assert with_terms(plain, pieces(" ".join(prompted)), NAMES) == plain


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Quick-rate", "Quickcrate"),
        ("drop B", "DropBee"),
        ("Clavio", "Klaviyo"),
        ("post gress", "Postgres"),
        ("Café", "cafe"),
    ],
)
def test_spellings_of_one_sound_are_the_same(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("some", "Zoom"), ("life", "Lyft"), ("Carl", "Kaggle")])
def test_spellings_of_two_sounds_differ(one: str, other: str) -> None:
    assert sound(one) != sound(other)


def test_letters_are_all_that_is_compared() -> None:
    assert letters("O'Neil-Smith, Ångström 3!") == "oneilsmithangstrom3"


def test_likeness_is_full_for_itself_and_none_for_nothing() -> None:
    assert likenesses(["Fernhop", ""], ["Fernhop"]).tolist() == [[1.0], [0.0]]
