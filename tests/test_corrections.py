"""Corrections in words that are heard anew: found again, already there, or said not to fit."""

from __future__ import annotations

from dataclasses import replace
from itertools import count, pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.corrections import Correction, Fit, State, corrected, note, standing, texts_of, unfit
from pipeline.corrections.atoms import folded
from pipeline.transcript import Segment, Span, Word, join_words
from tests.values import spoken_words, words

TEXT = "do we pay acne, honestly, too much for that thing?"
# What the words of `TEXT` are put right to, word for word: their times are a third of a second.
ACME = Correction(0.9, 1.2, "acne", "Acme", None, "do we pay ", ", honestly, too much for", 1, 1)


def segment(text: str, start: float = 0.0, channel: int | None = None) -> Segment:
    own = words(text, start)
    return Segment(own[0].start, own[-1].end, own, channel)


def said(segments: tuple[Segment, ...]) -> str:
    return " | ".join(each.text for each in segments)


def now(text: str, *made: Correction, start: float = 0.0) -> tuple[str, list[State]]:
    """Return how a text reads with corrections, and what became of them."""
    after, fits = corrected((segment(text, start),), made)
    return said(after), [fit.state for fit in fits]


@pytest.mark.parametrize(
    ("heard", "reads", "state"),
    [
        (TEXT, "do we pay Acme, honestly, too much for that thing?", State.APPLIED),
        # another model: other marks and capitals
        ("Do we pay Acne honestly", "Do we pay Acme honestly", State.APPLIED),
        ("do we pay ACME, honestly", "do we pay Acme, honestly", State.APPLIED),
        # right by itself
        ("do we pay Acme, honestly", "do we pay Acme, honestly", State.ALREADY),
        ("do we pay Acme's, honestly", "do we pay Acme's, honestly", State.ALREADY),
        # another word, two words, and none, between the same words
        ("do we pay hackney, honestly", "do we pay Acme, honestly", State.APPLIED),
        ("do we pay at me honestly", "do we pay Acme honestly", State.APPLIED),
        ("do we pay honestly, too much", "do we pay Acme honestly, too much", State.APPLIED),
        # a like word in that very time, whatever is around it
        ("you may say acney and so on", "you may say Acme and so on", State.APPLIED),
        # nothing of the kind
        ("you may say yes and so on", "you may say yes and so on", State.UNFIT),
        ("do we pay", "do we pay", State.UNFIT),
    ],
)
def test_a_correction_is_found_in_what_is_heard_anew(heard: str, reads: str, state: State) -> None:
    assert now(heard, ACME) == (reads, [state])


@pytest.mark.parametrize(
    ("later", "state"), [(0.1, State.APPLIED), (0.5, State.APPLIED), (1.9, State.UNFIT)]
)
def test_words_may_have_moved_a_little_with_those_around_them(later: float, state: State) -> None:
    assert now(TEXT, ACME, start=later)[1] == [state]


@pytest.mark.parametrize(
    ("heard", "reads"),
    [
        # the same word again, a moment later: it was right there
        ("so pay fore the price", "so pay for the price"),
        ("so pay the price", "so pay for the price"),
    ],
)
def test_a_word_beside_it_is_not_taken_for_it(heard: str, reads: str) -> None:
    made = Correction(0.6, 0.9, "the", "for", None, "so pay ", " the price", 1, 1)
    assert now("so pay the the price", made)[0] == "so pay for the price"
    assert now(heard, made)[0] == reads


def test_what_stands_there_as_a_part_of_what_is_meant_is_put_right_already() -> None:
    lee = Correction(2.1, 2.4, "Lee", "Ann Lee", None, "much for ", " then", 1, 1)
    heard = "do we pay acne too much for Ann Lee then"
    assert now(heard, lee) == (heard, [State.ALREADY])
    assert now("do we pay it too much for Lee then", lee)[0].endswith("too much for Ann Lee then")


def test_a_word_that_is_said_twice_can_be_put_where_it_was_heard_once() -> None:
    very = Correction(0.9, 1.2, "good", "very good", None, "it is very ", " then", 1, 1)
    assert now("it is very good then", very) == ("it is very very good then", [State.APPLIED])
    twice = "it is very very good then"
    assert now(twice, very) == (twice, [State.ALREADY])


def test_words_that_nobody_said_go_and_stay_away() -> None:
    um = Correction(0.9, 1.2, "um", "", None, "so do we ", " pay that", 1, 1)
    assert now("so do we um, pay that", um) == ("so do we pay that", [State.APPLIED])
    assert now("so do we pay that", um) == ("so do we pay that", [State.ALREADY])
    assert now("so do we umm pay that", um) == ("so do we pay that", [State.APPLIED])


def test_words_that_nobody_heard_come_in_their_time() -> None:
    heard = (segment("so do we pay"), segment("that is all", 5.0))
    right = Correction(2.0, 3.0, "", "mm-hm, right", None, "do we pay", " that is", 1, 1)
    after, fits = corrected(heard, [right])
    assert said(after) == "so do we pay mm-hm, right | that is all"
    assert fits == (Fit(right, State.APPLIED, Span(2.0, 3.0)),)
    # heard by itself now; and somebody else says something there
    by_itself = (segment("so do we pay"), segment("Mm-hm, right", 2.1), segment("that is", 5.0))
    assert corrected(by_itself, [right])[1][0].state is State.APPLIED
    assert said(corrected(by_itself, [right])[0]) == "so do we pay | mm-hm, right | that is"
    other = (segment("we told them once", 1.9),)
    assert corrected(other, [right]) == (other, (Fit(right, State.UNFIT),))


def test_a_whole_passage_is_found_where_a_few_words_of_it_are_heard_otherwise() -> None:
    passage = Correction(
        0.0, 2.7, "do we pay acne honestly too much for that", "Do we pay Acme too much for that?"
    )
    heard = "do they pay acne honesty to much for that thing"
    assert now(heard, passage) == ("Do we pay Acme too much for that? thing", [State.APPLIED])


@pytest.mark.parametrize("word", ["postmortem", "postmodern"])
def test_a_part_is_not_put_in_the_place_of_the_whole_word(word: str) -> None:
    part = Correction(0.95, 1.2, "modern", "mortem", None, "making a post-", " examination", 1, 1)
    heard = f"while making a {word} examination"
    assert now(heard, part) == (heard, [State.UNFIT])


def test_a_plural_in_that_very_time_is_like_enough() -> None:
    assert now("you may say acnes and so on", ACME) == (
        "you may say Acme and so on",
        [State.APPLIED],
    )


@pytest.mark.parametrize(
    ("before", "reads"),
    [
        ("Mr", "he told Mister. Hale"),
        ("Mr.", "he told Mister Hale"),
        ("(Mr.", "he told Mister Hale"),
    ],
)
def test_a_mark_goes_where_it_is_a_part_of_what_was_put_right(before: str, reads: str) -> None:
    made = Correction(0.6, 0.9, before, "Mister", None, "he told ", " Hale", 1, 1)
    assert now("he told Mr. Hale", made)[0] == reads


def test_later_corrections_rest_on_earlier_ones() -> None:
    again = replace(ACME, before="Acme", after="Acme Ltd", number=2, change=2)
    assert now(TEXT, ACME, again)[0].startswith("do we pay Acme Ltd, honestly")
    gone = replace(ACME, undone_at="2026-09-02")
    assert now("do we pay Acme, honestly", gone, again)[1] == [State.UNDONE, State.APPLIED]


def test_what_a_person_wrote_is_not_taken_for_a_word_that_is_not_heard_any_more() -> None:
    first = Correction(0.6, 0.9, "to", "two", None, "we pay ", " all", 1, 1)
    then = Correction(1.0, 1.3, "two", "too", None, "we pay ", " all", 2, 2)
    assert now("we pay to all that", first, then) == (
        "we pay two all that",
        [State.APPLIED, State.UNFIT],
    )


def test_what_was_taken_back_leaves_the_words_as_they_were_heard() -> None:
    heard = (segment(TEXT),)
    gone = replace(ACME, undone_at="2026-09-02")
    assert corrected(heard, [gone]) == (heard, (Fit(gone, State.UNDONE),))


def test_a_correction_is_of_its_channel() -> None:
    heard = (segment(TEXT, channel=0), segment(TEXT, channel=1))
    after, fits = corrected(heard, [replace(ACME, channel=1)])
    assert [each.words[3].text for each in after] == ["acne,", "Acme,"]
    assert fits[0].place == Span(0.9, 1.2)


@pytest.mark.parametrize("channels", [(0, 1), (None,), (1,)])
def test_where_channels_are_heard_otherwise_it_may_be_in_any(
    channels: tuple[int | None, ...],
) -> None:
    others = [segment("that is another thing", channel=each) for each in channels[:-1]]
    heard = (*others, segment(TEXT, channel=channels[-1]))
    (fit,) = corrected(heard, [replace(ACME, channel=7)])[1]
    assert fit.state is State.APPLIED


def test_where_nobody_speaks_any_more_nothing_is_lost() -> None:
    assert corrected((), [ACME]) == ((), (Fit(ACME, State.UNFIT),))


def test_a_segment_all_of_whose_words_are_taken_out_goes() -> None:
    heard = (segment("so"), segment("um", 1.0), segment("yes", 2.0))
    um = Correction(1.0, 1.3, "um", "", None, "so", " yes", 1, 1)
    assert said(corrected(heard, [um])[0]) == "so | yes"


def test_a_word_that_crosses_segments_is_of_the_first() -> None:
    heard = (segment("we pay ac"), segment("knee a lot", 0.9))
    acme = Correction(0.6, 1.2, "ac knee", "Acme", None, "we pay ", " a lot", 1, 1)
    after, _ = corrected(heard, [acme])
    assert said(after) == "we pay Acme | a lot"
    assert [each.start for each in after] == [0.0, 1.2]


def test_languages_without_spaces_are_put_right_too() -> None:
    own = words("\u79c1 \u306f \u5c71\u7530 \u3067\u3059\u3002", spaced=False)
    heard = (Segment(0, own[-1].end, own, None, "ja"),)
    made = Correction(
        0.6, 0.9, "\u5c71\u7530", "\u5c71\u672c", None, "\u79c1\u306f", "\u3067\u3059"
    )
    after, fits = corrected(heard, [made])
    assert said(after) == "\u79c1\u306f\u5c71\u672c\u3067\u3059\u3002"
    assert fits[0].state is State.APPLIED
    # a character of a word
    part = Correction(0.6, 0.9, "\u7530", "\u672c", None, "\u79c1\u306f\u5c71", "\u3067\u3059")
    assert said(corrected(heard, [part])[0]) == "\u79c1\u306f\u5c71\u672c\u3067\u3059\u3002"


def test_a_note_counts_what_no_longer_fits() -> None:
    fits = [Fit(ACME, State.APPLIED), Fit(ACME, State.UNDONE)]
    assert note(fits, "abcd") == ()
    lost = [*fits, Fit(ACME, State.UNFIT)]
    (one,) = note(lost, "abcd")
    assert one.startswith("1 correction no longer fits what is heard now")
    assert one.endswith("relisten correct abcd")
    assert note([*lost, *lost], "abcd")[0].startswith("2 corrections no longer fit what")
    assert (len(standing(lost)), len(unfit(lost))) == (2, 1)


# Random re-transcriptions: words swapped, lost and put in, all a little moved in time.

NUMBERS = st.integers(0, 10_000)
OTHERS = ("acne", "Acme,", "so", "pay", "honestly", "-five", "\u3067\u3059\u3002", "...")
AFTERS = ("Acme", "Ann Lee", "", "so so", "\u4eca\u65e5")


@st.composite
def spoken(draw: st.DrawFn) -> tuple[Segment, ...]:
    """Make what was heard in one or two channels."""
    channels = draw(st.sampled_from([(None,), (0, 1)]))
    return tuple(
        Segment(own[0].start, own[-1].end, own, channel)
        for channel in channels
        for own in (draw(spoken_words()),)
    )


@st.composite
def heard_again(draw: st.DrawFn, before: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Make what another model hears of the same: most of it alike."""
    made = []
    for each in before:
        own: list[Word] = []
        for word in each.words:
            match draw(st.sampled_from(["same", "same", "same", "other", "gone", "two"])):
                case "same":
                    own.append(word)
                case "other":
                    own.append(replace(word, text=draw(st.sampled_from(OTHERS))))
                case "two":
                    own += [replace(word, end=word.middle), replace(word, start=word.middle)]
        later = draw(st.floats(0, 0.3))
        moved = tuple(replace(w, start=w.start + later, end=w.end + later) for w in own)
        if moved:
            made.append(each.with_words(moved))
    return tuple(made)


@st.composite
def put_right(draw: st.DrawFn, heard: tuple[Segment, ...]) -> tuple[Correction, ...]:
    """Make corrections of words that were heard, some of them taken back since."""
    numbers = count(1)
    made = []
    for _ in range(draw(st.integers(0, 4))):
        own = draw(st.sampled_from(heard))
        first = draw(st.integers(0, len(own.words) - 1))
        last = draw(st.integers(first, min(first + 3, len(own.words) - 1)))
        part = own.words[first : last + 1]
        before = join_words(part) if draw(st.booleans()) else ""
        after = draw(st.sampled_from(AFTERS if before else AFTERS[:2]))
        number = next(numbers)
        lead, trail = own.words[max(0, first - 4) : first], own.words[last + 1 : last + 5]
        made.append(
            Correction(
                part[0].start,
                part[-1].end,
                before,
                after,
                own.channel,
                join_words(lead),
                join_words(trail),
                number,
                number,
                "2026-09-01",
                draw(st.sampled_from([None, None, None, "2026-09-02"])),
            )
        )
    return tuple(made)


@settings(max_examples=150)
@given(st.data())
def test_no_correction_is_ever_lost_and_each_that_fits_is_read(data: st.DataObject) -> None:
    heard = data.draw(spoken())
    made = data.draw(put_right(heard))
    again = data.draw(heard_again(heard))
    after, fits = corrected(again, made)
    assert [fit.correction for fit in fits] == list(made)
    assert all(
        (fit.state is State.UNDONE) == (fit.correction.undone_at is not None) for fit in fits
    )
    for fit in fits[-1:]:  # what a later one may have changed again is no proof
        if fit.state in (State.APPLIED, State.ALREADY) and fit.correction.after:
            assert fit.place
            texts = [[token.word for token in own] for own in texts_of(after).values()]
            there = [
                tuple(
                    atom
                    for word in own
                    if fit.place.distance(word) <= 0
                    for atom in folded(word.text)
                )
                for own in texts
            ]
            wanted = folded(fit.correction.after)
            assert any(
                wanted == text[n : n + len(wanted)] for text in there for n in range(len(text))
            )


def test_words_that_are_torn_apart_by_a_long_pause_are_not_those_that_were_meant() -> None:
    meant = Correction(0.0, 1.5, "I I-five", "Acme", trail="I", number=1, made_at="2026-09-01")
    words = (Word(0.0, 0.5, "I"), Word(0.5, 1.0, "I"), Word(4.5, 5.0, "-five", spaced=False))
    again = (Segment(0.0, 5.0, words),)
    after, (fit,) = corrected(again, [meant])
    assert (after, fit.state) == (again, State.UNFIT)


def test_what_stands_where_nothing_followed_ends_with_a_word() -> None:
    heard = ["I", "I", "I", "we", "we", "I", "I", "I", "<b>"]
    meant = Correction(1.0, 3.5, "we I I <b>", "Acme", lead="I I", number=1, made_at="2026-09-01")
    words = tuple(Word(0.25 + n * 0.35, 0.6 + n * 0.35, text) for n, text in enumerate(heard))
    after, _ = corrected((Segment(0.25, 3.4, words),), [meant])
    assert set(after[0].text.split()) <= {*heard, "Acme"}


@settings(max_examples=150)
@given(st.data())
def test_no_other_word_is_lost_or_changes_its_place(data: st.DataObject) -> None:
    heard = data.draw(spoken())
    made = [each for each in data.draw(put_right(heard)) if each.undone_at is None][:1]
    assume(made)
    again = data.draw(heard_again(heard))
    after, (fit,) = corrected(again, made)
    if fit.state is State.UNFIT:
        assert after == again
    wanted = fit.correction
    for channel, own in texts_of(again).items():
        before = [token.word for token in own]
        now = [token.word for token in texts_of(after).get(channel, [])]
        assert [w.start for w in now] == sorted(w.start for w in now)
        kept = [w for w in before if w in now]
        assert kept == [w for w in now if w in before]
        lost = [w for w in before if w not in now]
        most = max(len(folded(wanted.before)), len(folded(wanted.after))) + 2
        assert len(folded(join_words(lost))) <= most
        assert all(w.distance(wanted) <= 1.5 for w in lost)
        assert all(before.start <= before.end <= after.end for before, after in pairwise(lost))


@settings(max_examples=50)
@given(st.data())
def test_the_same_words_are_put_right_in_the_same_way_again(data: st.DataObject) -> None:
    heard = data.draw(spoken())
    made = data.draw(put_right(heard))
    once, fits = corrected(heard, made)
    assert corrected(heard, made) == (once, fits)
