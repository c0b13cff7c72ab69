"""Sound to segments, with a detector and a recogniser that say what they are told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.recogniser import DOUBTFUL, LOOP, NO_SPEECH, Asked, Heard
from pipeline import transcribe as stage
from pipeline.audio import Audio
from pipeline.errors import UsageError
from pipeline.hearing.guards import IN_CIRCLES, NO_VOICE, SILENCE, STOCK
from pipeline.hearing.missed import AROUND, UNHEARD, wider
from pipeline.hearing.voice import Voice, joined
from pipeline.hearing.windows import LONGEST, Window
from pipeline.transcribe import (
    TranscribeOptions,
    pieces_of,
    place,
    read_window,
    transcribe,
)
from pipeline.transcript import Removed, Span, Speech, Unheard, Word
from tests.fakes import (
    ENGLISH,
    Broken,
    BrokenRecogniser,
    FakeRecogniser,
    SilentRecogniser,
    heard,
)
from tests.sounds import columns, silence, tone
from tests.values import spans_in_a_row, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from models.recogniser import Samples
    from pipeline.progress import Progress

ASK = TranscribeOptions()
ALIGNED = 0.15  # seconds by which an edge of a word is taken to an edge of the voice in these
TICK = 0.5  # seconds of each step of the clock that some of these recordings are
STEPS = 260  # ticks of it in a channel


@pytest.fixture
def audio() -> Iterator[Audio]:
    """Two channels of 6 s: the first is loud from 1 to 3 s, the second from 4 to 5 s."""
    first = np.concatenate([silence(1), tone(2), silence(3)])
    second = np.concatenate([silence(4), tone(1), silence(1)])
    with Audio.from_samples(columns(first, second)) as made:
        yield made


@pytest.fixture
def ramp() -> Iterator[Audio]:
    """10 s in which each second has a level of its own: 0.0, 0.05, 0.10 ..."""
    levels = np.repeat(np.arange(10) / 20, 16_000).astype(np.float32)
    with Audio.from_samples(levels) as made:
        yield made


def voice(**pairs: Sequence[tuple[float, float]]) -> tuple[Voice, ...]:
    """Return voice by channel: `c0` is the first one, `mix` all of them together."""
    return tuple(
        voice_of(None if name == "mix" else int(name[1:]), spans_of(*each))
        for name, each in pairs.items()
    )


def voice_of(channel: int | None, said: tuple[Span, ...], bridged: float = 0.0) -> Voice:
    """Return a voice that is surely one, its regions bridging pauses up to some seconds."""
    return Voice(channel, said, said, tuple(joined(said, bridged)))


def spans_of(*pairs: tuple[float, float]) -> tuple[Span, ...]:
    return tuple(Span(*pair) for pair in pairs)


def texts(speech: Speech) -> list[str]:
    return [segment.text for segment in speech.segments]


def test_words_are_placed_where_they_are_said(audio: Audio) -> None:
    voiced = voice(c0=[(1, 3)], c1=[(4, 5)])
    speech = transcribe(audio, voiced, FakeRecogniser(("one two", "three")), ASK)
    assert speech.language == "en"
    assert [(each.text, each.channel, each.language) for each in speech.segments] == [
        ("one two", 0, "en"),
        ("three", 1, "en"),
    ]
    said = [word for each in speech.segments for word in each.words]
    assert [word.start for word in said] == pytest.approx([1, 2, 4], abs=ALIGNED)
    assert [word.end for word in said] == pytest.approx([1.9, 2.9, 4.9], abs=ALIGNED)


def test_a_word_begins_where_its_own_channel_is_loud_whatever_another_says() -> None:
    own = np.concatenate([tone(4, level=0.005), tone(2)])
    with Audio.from_samples(columns(tone(6), own)) as audio:
        speech = transcribe(audio, voice(c1=[(3, 6)]), FakeRecogniser(("late",)), ASK)
    assert speech.segments[0].start == pytest.approx(4, abs=0.02)


def test_segments_of_all_channels_are_in_time_order(audio: Audio) -> None:
    voiced = voice(c0=[(3, 4), (5, 6)], c1=[(0, 1), (4, 5)])
    speech = transcribe(audio, voiced, FakeRecogniser(("a b", "c d")), ASK)
    assert [each.text for each in speech.segments] == ["c", "a", "d", "b"]
    assert [each.start for each in speech.segments] == pytest.approx([0, 3, 4, 5], abs=ALIGNED)


def test_the_recogniser_gets_the_sound_of_the_pieces_one_after_the_other(ramp: Audio) -> None:
    sound = read_window(ramp, Window(spans_of((2, 3), (6, 6.5), (9, 10)), 0))
    assert sound.dtype == np.float32
    assert len(sound) == 2.5 * 16_000
    assert sound[::8000] == pytest.approx([0.10, 0.10, 0.30, 0.45, 0.45], abs=1e-4)


def test_a_recogniser_is_asked_once_for_all_windows(ramp: Audio) -> None:
    recogniser = FakeRecogniser()
    transcribe(ramp, voice(c0=[(0, 1), (2, 3)]), recogniser, ASK)
    assert (recogniser.calls, recogniser.lengths) == (1, [2.0])


def test_where_nobody_speaks_nothing_is_asked_and_no_language_claimed(audio: Audio) -> None:
    recogniser = FakeRecogniser()
    speech = transcribe(audio, voice(c0=[], c1=[]), recogniser, TranscribeOptions("en"))
    assert speech == Speech(None, ())
    assert (recogniser.calls, recogniser.detected) == (0, [])


def test_a_window_in_which_nothing_is_heard_gives_no_segment(audio: Audio) -> None:
    speech = transcribe(audio, voice(c0=[(1, 3)]), FakeRecogniser(("",)), ASK)
    assert speech == Speech("en", (), (), (Unheard(1, 3, 0),))


def test_a_language_that_is_asked_for_is_not_detected(audio: Audio) -> None:
    recogniser = FakeRecogniser()
    speech = transcribe(audio, voice(c0=[(1, 3)]), recogniser, TranscribeOptions("de"))
    assert (speech.language, recogniser.detected) == ("de", [])
    assert recogniser.asked == [Asked("de", switching=False)]


def test_where_no_language_is_asked_for_each_window_may_be_in_its_own(audio: Audio) -> None:
    recogniser = FakeRecogniser(languages_heard=[("de", 0.8)])
    transcribe(audio, voice(c0=[(1, 3)]), recogniser, ASK)
    assert recogniser.asked == [Asked("de", switching=True)]


def test_translating_and_the_vocabulary_are_passed_on(audio: Audio) -> None:
    recogniser = FakeRecogniser()
    options = TranscribeOptions("de", translate=True, vocabulary=("Acme", "Ng"))
    transcribe(audio, voice(c0=[(1, 3)]), recogniser, options)
    assert recogniser.asked == [Asked("de", translate=True, vocabulary=("Acme", "Ng"))]


def test_the_second_hearing_is_asked_the_same_as_the_first(audio: Audio) -> None:
    recogniser = FakeRecogniser(("",))
    options = TranscribeOptions(vocabulary=("Acme",))
    transcribe(audio, voice(c0=[(1, 3)]), recogniser, options)
    first, second = recogniser.asked
    assert first == second == Asked("en", True, False, ("Acme",))


def test_each_segment_has_the_language_of_its_window_and_the_speech_that_of_most(
    ramp: Audio,
) -> None:
    recogniser = FakeRecogniser(languages_heard=[("en", 0.9)], spoken=["en", "ja", "ja"])
    voiced = voice(mix=[(0, 4)], c0=[(5, 8)]) + voice(c0=[(0, 4)])
    speech = transcribe(ramp, voiced, recogniser, ASK)
    assert sorted((each.language or "", each.start > 4) for each in speech.segments) == [
        ("en", False),
        ("ja", False),
        ("ja", True),
    ]
    assert speech.language == "ja"


def test_many_short_segments_do_not_outweigh_a_long_one(ramp: Audio) -> None:
    recogniser = FakeRecogniser(("a",), spoken=["de", "en"])
    voiced = voice(c0=[(0, 1), (2, 3), (4, 5)], mix=[(0, 9)])
    assert transcribe(ramp, voiced, recogniser, ASK).language == "en"


def test_a_language_that_the_weights_do_not_know_is_refused(audio: Audio) -> None:
    recogniser = FakeRecogniser(name="tiny.en", languages=ENGLISH)
    with pytest.raises(UsageError, match=r"tiny\.en does not know the language 'de'"):
        transcribe(audio, voice(c0=[(1, 3)]), recogniser, TranscribeOptions("de"))


@pytest.mark.parametrize(
    ("answers", "language"),
    [
        pytest.param([("en", 0.9), ("en", 0.9), ("de", 0.9)], "en", id="most votes"),
        pytest.param(
            [("en", 0.3), ("en", 0.3), ("de", 0.9)], "de", id="the surer vote counts more"
        ),
        pytest.param(
            [("ja", 0.0001), ("ja", 0.0), ("ja", 0.0)], "ja", id="unsure, but of one mind"
        ),
    ],
)
def test_the_fullest_windows_vote_on_the_language(
    ramp: Audio, answers: list[tuple[str, float]], language: str
) -> None:
    recogniser = FakeRecogniser(languages_heard=answers)
    voiced = voice(mix=[(0, 29), (30, 59), (60, 89), (90, 91)])
    assert transcribe(ramp, voiced, recogniser, ASK).language == language
    assert len(recogniser.detected) == 3


def test_progress_counts_the_seconds_of_voice(audio: Audio) -> None:
    told: list[Progress] = []
    voiced = voice(c0=[(1, 3)], c1=[(4, 5)])
    transcribe(audio, voiced, FakeRecogniser(), ASK, told.append)
    assert [(each.stage, each.done, each.total) for each in told] == [
        ("transcribe", 2, 3),
        ("transcribe", 3, 3),
    ]


def test_a_recogniser_that_breaks_is_not_hidden(audio: Audio) -> None:
    voiced = voice(c0=[(1, 3)], c1=[(4, 5)])
    with pytest.raises(Broken, match="out of memory"):
        transcribe(audio, voiced, BrokenRecogniser(after=1), ASK)


def test_a_recogniser_that_leaves_windows_out_is_found_out(audio: Audio) -> None:
    with pytest.raises(ValueError, match="shorter"):
        transcribe(audio, voice(c0=[(1, 3)]), SilentRecogniser(), ASK)


def test_windows_are_read_only_as_the_recogniser_asks_for_them(
    ramp: Audio, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[float] = []

    def noted(audio: Audio, window: Window) -> Samples:
        read.append(window.duration)
        return read_window(audio, window)

    monkeypatch.setattr(stage, "read_window", noted)
    voiced = voice(mix=[(0, 9), (20, 49), (50, 79)])
    with pytest.raises(Broken):
        transcribe(ramp, voiced, BrokenRecogniser(after=0), TranscribeOptions("en"))
    assert read == [9]


def test_a_window_makes_a_segment_of_each_piece_with_words_in_it() -> None:
    window = Window(spans_of((10, 12), (20, 21), (30, 35)), 1)
    said = words("one two three four", start=1.0, each=1.0)
    heard = Heard(said, "de", average_logprob=-0.5, no_speech_probability=0.2, temperature=0.4)
    made = list(place(heard, window, tone(8.0)))
    assert [(each.text, each.start, each.end) for each in made] == [
        ("one", 11, 12),
        ("two", 20, 21),
        ("three four", 30, 32),
    ]
    assert {(each.channel, each.language) for each in made} == {(1, "de")}
    assert {(s.average_logprob, s.no_speech_probability, s.temperature) for s in made} == {
        (-0.5, 0.2, 0.4)
    }


def test_words_keep_what_the_recogniser_said_of_them() -> None:
    heard = Heard(words("今日", spaced=False), "ja")
    ((word,),) = (each.words for each in place(heard, Window(spans_of((5, 6))), tone(1.0)))
    assert (word.text, word.spaced, word.probability) == ("今日", False, 1.0)


def test_words_heard_in_the_padding_stay_within_the_recording() -> None:
    window = Window(spans_of((5, 6)))
    said = Heard(words("late later", start=0.9, each=9.0), "en")
    (segment,) = place(said, window, tone(1.0))
    assert segment.end == pytest.approx(6, abs=0.05)
    assert all(word.end > word.start for word in segment.words)


def test_a_word_is_where_it_is_loud_though_whisper_lets_it_begin_in_the_pause_before() -> None:
    """As in "Make | sense.", where the silence that was cut out lay between the words."""
    window = Window(spans_of((10, 12), (20, 22)))
    sound = np.concatenate([tone(1.0), silence(1.0), tone(2.0)])
    early = Word(1.1, 2.4, "Make")
    heard = Heard((Word(0.2, 0.9, "Yes."), early, Word(2.4, 3.0, "sense.")), "en")
    made = list(place(heard, window, sound))
    assert [(each.text, each.start) for each in made] == [("Yes.", 10.2), ("Make sense.", 20.0)]


def test_a_word_never_goes_back_behind_the_one_before_it() -> None:
    window = Window(spans_of((10, 11), (20, 21)))
    sound = np.concatenate([tone(1.0, level=0.5), tone(1.0, level=0.1)])
    said = (Word(1.05, 1.4, "one"), Word(0.6, 1.5, "two"))
    assert list(pieces_of(said, window, sound)) == [1, 1]


# The second hearing.


@dataclass
class ScriptedRecogniser(FakeRecogniser):
    """Hears what its script says, window after window through all calls."""

    script: Sequence[Heard] = ()

    def recognise(self, windows: Iterable[Samples], asked: Asked) -> Iterator[Heard]:
        """Yield the next lines of the script."""
        for _ in super().recognise(windows, asked):
            yield self.script[len(self.lengths) - 1]


def said_at(*times: tuple[float, float, str], **figures: float) -> Heard:
    return Heard(tuple(Word(*each) for each in times), "en", **figures)


def test_voice_without_words_is_listened_to_again_with_what_is_around_it(ramp: Audio) -> None:
    said = spans_of((0, 4), (4.5, 6), (6.5, 10))
    first = said_at((0, 4, "before"), (6.6, 9.9, "after"))
    second = said_at((0.1, 1.4, "before"), (2.1, 3.4, "found"), (4.1, 5.4, "after"))
    recogniser = ScriptedRecogniser(script=[first, second])
    speech = transcribe(ramp, [voice_of(0, said, 1.0)], recogniser, ASK)
    assert recogniser.lengths == [10, 1.5 + 2 * AROUND]
    assert texts(speech) == ["before after", "found"]
    assert speech.unheard == ()
    (found,) = speech.segments[1].words
    assert (found.start, found.end) == pytest.approx((4.5, 6), abs=ALIGNED)


def test_what_stays_without_words_is_told(ramp: Audio) -> None:
    said = spans_of((0, 4), (4.5, 6), (7, 10))
    again = said_at((0, 1.4, "before"), (4.6, 5.4, "after"))
    recogniser = ScriptedRecogniser(script=[said_at((0, 4, "before"), (7, 10, "after")), again])
    speech = transcribe(ramp, [voice_of(0, said, 1.0)], recogniser, ASK)
    assert texts(speech) == ["before after"]
    assert speech.unheard == (Unheard(4.5, 6, 0),)


@pytest.mark.parametrize(
    ("utterance", "calls"), [((5, 5 + UNHEARD - 0.1), 1), ((5, 5 + UNHEARD), 2)]
)
def test_a_short_sound_without_words_is_left(
    ramp: Audio, utterance: tuple[float, float], calls: int
) -> None:
    voices = [voice_of(0, spans_of((0, 4), utterance), 1.0)]
    recogniser = ScriptedRecogniser(script=[said_at((0, 4, "all")), said_at()])
    speech = transcribe(ramp, voices, recogniser, ASK)
    assert (recogniser.calls, len(speech.unheard)) == (calls, calls - 1)


def test_where_it_may_be_a_voice_but_hardly_is_one_nobody_listens_again(ramp: Audio) -> None:
    sure = spans_of((0, 4))
    faint = Voice(0, spans_of((0, 4), (5, 9)), sure, spans_of((0, 9)))
    recogniser = ScriptedRecogniser(script=[said_at((0, 4, "all"))])
    speech = transcribe(ramp, [faint], recogniser, ASK)
    assert (recogniser.calls, texts(speech), speech.unheard) == (1, ["all"], ())


def test_neighbours_without_words_are_heard_together_and_once(ramp: Audio) -> None:
    """Else what is around the one would be heard as of the other too."""
    said = spans_of((0, 4), (5, 6), (7, 8))
    again = said_at((0, 1, "all"), (2, 3, "five"), (4, 5, "seven"))
    recogniser = ScriptedRecogniser(script=[said_at((0, 4, "all")), again])
    speech = transcribe(ramp, [voice_of(0, said, 1.0)], recogniser, ASK)
    assert recogniser.lengths == [8, 5]
    assert texts(speech) == ["all", "five seven"]


def test_the_second_hearing_gives_no_window_that_is_too_long(clock: Audio) -> None:
    recogniser = FakeRecogniser(("",))
    speech = transcribe(clock, voice(c0=[(0, 100)]), recogniser, ASK)
    assert len(recogniser.asked) == 2
    assert max(recogniser.lengths) <= LONGEST
    assert sum(recogniser.lengths) == pytest.approx(200)
    assert speech.unheard == (Unheard(0, 100, 0),)


def test_each_channel_is_listened_to_again_for_itself(ramp: Audio) -> None:
    with Audio.from_samples(columns(*[tone(10.0)] * 2)) as audio:
        recogniser = ScriptedRecogniser(
            script=[said_at(), said_at((0, 2, "second")), said_at((0, 2, "found"))]
        )
        speech = transcribe(audio, voice(c0=[(1, 3)], c1=[(1, 3)]), recogniser, ASK)
    assert {(each.text, each.channel) for each in speech.segments} == {("second", 1), ("found", 0)}
    assert speech.unheard == ()


@pytest.mark.parametrize(
    ("span", "heard"),
    [
        pytest.param((20, 25), (18, 27), id="some on both sides"),
        pytest.param((11, 25), (10, 27), id="not before its region"),
        pytest.param((20, 49), (18, 50), id="not after its region"),
        pytest.param((60, 61), (60, 61), id="all of a region"),
    ],
)
def test_more_is_listened_to_within_the_region(
    span: tuple[float, float], heard: tuple[float, float]
) -> None:
    spoken = voice_of(0, spans_of((10, 50), (60, 61)))
    assert wider(Span(*span), spoken) == Span(*heard)


def test_all_that_is_said_between_the_words_around_is_added_once(ramp: Audio) -> None:
    """A sentence that was missed has shorter utterances beside the one that shows it."""
    said = spans_of((0, 2), (3, 3.8), (4.1, 5.4), (5.7, 6.4), (7, 9))
    again = said_at(
        (0, 1, "hello."),
        (1.2, 1.6, "I"),
        (2.3, 2.9, "paid"),
        (3.1, 3.3, "too"),
        (3.8, 4.2, "much."),
        (5.1, 5.3, "Bye"),
    )
    recogniser = ScriptedRecogniser(script=[said_at((0, 2, "Hello."), (7, 9, "Bye.")), again])
    speech = transcribe(ramp, [voice_of(0, said, 1.0)], recogniser, ASK)
    assert texts(speech) == ["Hello. Bye.", "I paid too much."]
    assert speech.unheard == ()


def test_what_is_around_is_not_said_again_where_it_is_heard_a_little_elsewhere(ramp: Audio) -> None:
    said = spans_of((0, 4), (4.5, 6), (6.5, 10))
    first = said_at((0, 4, "before"), (6.6, 9.9, "after"))
    second = said_at((1.6, 2.0, "Before,"), (2.1, 3.4, "found"), (3.6, 4.0, "After."))
    recogniser = ScriptedRecogniser(script=[first, second])
    speech = transcribe(ramp, [voice_of(0, said, 1.0)], recogniser, ASK)
    assert texts(speech) == ["before after", "found"]


def test_what_is_missing_between_words_of_one_utterance_is_listened_to_again(ramp: Audio) -> None:
    said = spans_of((0, 10))
    first = said_at((0, 2, "before"), (2.1, 2.9, "it"), (8, 10, "after"))
    second = said_at((1.1, 1.9, "it"), (2, 4, "much"), (4, 6, "more"), (7, 8, "after"))
    recogniser = ScriptedRecogniser(script=[first, second])
    speech = transcribe(ramp, [voice_of(0, said, 0)], recogniser, ASK)
    assert texts(speech) == ["before it after", "much more"]
    assert speech.unheard == ()


def test_a_hesitation_between_words_is_no_hole(ramp: Audio) -> None:
    said = spans_of((0, 10))
    recogniser = ScriptedRecogniser(script=[said_at((0, 5, "well"), (6.5, 10, "yes"))])
    speech = transcribe(ramp, [voice_of(0, said, 0)], recogniser, ASK)
    assert (recogniser.calls, speech.unheard) == (1, ())


def test_what_is_translated_is_not_listened_to_again(ramp: Audio) -> None:
    said = spans_of((0, 4), (5, 9))
    recogniser = ScriptedRecogniser(script=[said_at((0, 4, "all"))])
    speech = transcribe(ramp, [voice_of(0, said, 1.0)], recogniser, TranscribeOptions("de", True))
    assert (recogniser.calls, speech.unheard) == (1, ())


# What nobody said.


@pytest.mark.parametrize(
    ("first", "removed"),
    [
        pytest.param(
            said_at(
                (0, 4, "made-up"),
                average_logprob=DOUBTFUL - 0.1,
                no_speech_probability=NO_SPEECH + 0.1,
            ),
            Removed(0, 4, "made-up", SILENCE, 0),
            id="in what the recogniser takes for silence",
        ),
        pytest.param(
            Heard((Word(0, 4, "Bye.", 0.2),), "en"), Removed(0, 4, "Bye.", STOCK, 0), id="stock"
        ),
    ],
)
def test_where_words_are_removed_it_is_listened_to_again(
    ramp: Audio, first: Heard, removed: Removed
) -> None:
    recogniser = ScriptedRecogniser(script=[first, said_at((0, 4, "so"))])
    speech = transcribe(ramp, voice(c0=[(0, 4)]), recogniser, ASK)
    assert texts(speech) == ["so"]
    assert (speech.removed, speech.unheard) == ((removed,), ())


def test_words_far_from_any_voice_are_removed(ramp: Audio) -> None:
    spoken = Voice(0, spans_of((0, 4)), spans_of((0, 4)), spans_of((0, 9)))
    recogniser = ScriptedRecogniser(script=[said_at((0, 4, "so"), (6, 7, "Amen."))])
    speech = transcribe(ramp, [spoken], recogniser, ASK)
    assert texts(speech) == ["so"]
    assert speech.removed == (Removed(6, 7, "Amen.", NO_VOICE, 0),)


def test_loops_are_cut_and_what_is_cut_is_told(ramp: Audio) -> None:
    looped = heard("no no no no no so", 9.0)
    script = [replace(looped, compression_ratio=LOOP + 0.1), said_at()]
    recogniser = ScriptedRecogniser(script=script)
    speech = transcribe(ramp, voice(c0=[(0, 9)]), recogniser, ASK)
    assert texts(speech) == ["no no so"]
    assert [(each.text, each.reason) for each in speech.removed] == [("no no no", IN_CIRCLES)]


def test_what_is_removed_in_a_second_hearing_is_told_once(ramp: Audio) -> None:
    said = spans_of((0, 4), (5, 6), (7, 8))
    made_up = said_at(
        (3, 6, "made-up"),
        average_logprob=DOUBTFUL - 0.1,
        no_speech_probability=NO_SPEECH + 0.1,
    )
    recogniser = ScriptedRecogniser(script=[said_at((0, 4, "all")), made_up])
    speech = transcribe(ramp, [voice_of(0, said, 1.0)], recogniser, ASK)
    assert [(each.text, each.reason) for each in speech.removed] == [("made-up", SILENCE)]
    assert speech.unheard == (Unheard(5, 6, 0), Unheard(7, 8, 0))


# What always holds.


@pytest.fixture(scope="module")
def clock() -> Iterator[Audio]:
    """Two channels in which each half second has a level of its own, so that it can be told."""
    step = round(TICK * 16_000)
    first = np.repeat(np.arange(1, STEPS + 1) / 1024, step).astype(np.float32)
    with Audio.from_samples(columns(first, first + STEPS / 1024)) as made:
        yield made


@dataclass
class ClockRecogniser(FakeRecogniser):
    """Reads the clock: says the number of each tick that it hears, if it is one that is said.

    What it `forgets` in a call (the first is 1) it does not say then.
    """

    said: frozenset[str] = frozenset()
    forgets: Mapping[int, frozenset[str]] = field(default_factory=dict)

    def recognise(self, windows: Iterable[Samples], asked: Asked) -> Iterator[Heard]:
        """Yield the ticks of each window."""
        self.calls += 1
        said = self.said - self.forgets.get(self.calls, frozenset())
        for window in windows:
            assert len(window) / 16_000 <= LONGEST + 0.001
            ticks = np.rint(window[:: round(TICK * 16_000)] * 1024).astype(int).tolist()
            timed = (
                Word(place * TICK, (place + 1) * TICK, str(tick))
                for place, tick in enumerate(ticks)
                if str(tick) in said
            )
            yield Heard(tuple(timed), asked.language)


@dataclass(frozen=True)
class Spoken:
    """An utterance, and how often it is passed over: never, at first, or ever."""

    channel: int
    span: Span
    forgotten: int

    @property
    def ticks(self) -> list[str]:
        """What the clock says in it."""
        first, last = round(self.span.start / TICK), round(self.span.end / TICK)
        return [str(tick + 1 + STEPS * self.channel) for tick in range(first, last)]

    @property
    def found(self) -> bool:
        """Whether its words are to be found: at once, or because they are missed."""
        return self.forgotten == 0 or (self.forgotten == 1 and self.span.duration >= UNHEARD)


def spoken(channel: int) -> st.SearchStrategy[tuple[Spoken, ...]]:
    """Make utterances on the clock, with pauses of which those of a second are bridged."""
    pause, length = st.sampled_from([1.0, 1.0, 2.0, 3.0]), st.sampled_from([0.5, 1, 1.5, 3, 12])
    drawn = st.tuples(pause, length, st.sampled_from([0, 0, 1, 2]))
    return st.lists(drawn, max_size=8).map(
        lambda drawn: tuple(
            Spoken(channel, span, forgotten)
            for span, (*_, forgotten) in zip(
                spans_in_a_row(each[:2] for each in drawn), drawn, strict=True
            )
        )
    )


def clock_recogniser(utterances: Sequence[Spoken]) -> ClockRecogniser:
    """Return what says all utterances but those that it forgets."""
    said = frozenset(tick for each in utterances for tick in each.ticks)
    forgets = {
        call: frozenset(tick for e in utterances for tick in e.ticks if e.forgotten >= call)
        for call in (1, 2)
    }
    return ClockRecogniser(said=said, forgets=forgets)


@settings(max_examples=40)
@given(spoken(0), spoken(1))
def test_every_word_comes_once_and_in_its_place_though_some_are_forgotten_at_first(
    clock: Audio, first: tuple[Spoken, ...], second: tuple[Spoken, ...]
) -> None:
    voices = [
        voice_of(channel, tuple(each.span for each in own), 1.0)
        for channel, own in enumerate((first, second))
    ]
    speech = transcribe(clock, voices, clock_recogniser(first + second), ASK)
    for channel, own in enumerate((first, second)):
        segments = [segment for segment in speech.segments if segment.channel == channel]
        found = sorted((word for each in segments for word in each.words), key=_start)
        heard = [word.text for word in found]
        wanted = [tick for each in own if each.found for tick in each.ticks]
        findable = [tick for each in own if each.forgotten < 2 for tick in each.ticks]
        assert [text for text in heard if text in wanted] == wanted
        assert heard == [tick for tick in findable if tick in heard]  # once each, in their order
        starts = [(int(word.text) - 1 - STEPS * channel) * TICK for word in found]
        assert [word.start for word in found] == pytest.approx(starts, abs=ALIGNED)
    assert [each.start for each in speech.segments] == sorted(
        each.start for each in speech.segments
    )
    assert speech.removed == ()


def _start(span: Span) -> float:
    return span.start


@settings(max_examples=40)
@given(spoken(0), spoken(1))
def test_what_is_unheard_is_what_is_said_at_some_length_and_never_found(
    clock: Audio, first: tuple[Spoken, ...], second: tuple[Spoken, ...]
) -> None:
    voices = [
        voice_of(channel, tuple(each.span for each in own), 1.0)
        for channel, own in enumerate((first, second))
    ]
    speech = transcribe(clock, voices, clock_recogniser(first + second), ASK)
    lost = [
        Unheard(each.span.start, each.span.end, each.channel)
        for each in (*first, *second)
        if each.forgotten == 2 and each.span.duration >= UNHEARD
    ]
    assert speech.unheard == tuple(sorted(lost, key=_start))


@settings(max_examples=20)
@given(spoken(0))
def test_the_same_sound_gives_the_same_speech(clock: Audio, utterances: tuple[Spoken, ...]) -> None:
    voices = [voice_of(0, tuple(each.span for each in utterances), 1.0)]
    once, again = (transcribe(clock, voices, clock_recogniser(utterances), ASK) for _ in range(2))
    assert once == again
