"""Sound to segments, with a detector and a recogniser that say what they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.recogniser import Heard
from pipeline import transcribe as stage
from pipeline.audio import Audio
from pipeline.errors import UsageError
from pipeline.transcribe import (
    TranscribeOptions,
    find_voice,
    pieces_of,
    place,
    read_window,
    transcribe,
)
from pipeline.transcript import Span, Word
from pipeline.windows import Window
from tests.fakes import (
    ENGLISH,
    Broken,
    BrokenDetector,
    BrokenRecogniser,
    FakeDetector,
    FakeRecogniser,
    ScriptedDetector,
    SilentRecogniser,
)
from tests.sounds import columns, silence, tone
from tests.values import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.recogniser import Samples
    from pipeline.progress import Progress
    from pipeline.transcribe import Voiced

ASK = TranscribeOptions()


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


@pytest.fixture
def short_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for voice in blocks of 4 s."""
    monkeypatch.setattr(stage, "BLOCK", 4.0)


def voice(**pairs: Sequence[tuple[float, float]]) -> Voiced:
    """Return voice by channel: `c0` is the first one, `mix` all of them together."""
    return {
        None if name == "mix" else int(name[1:]): spans_of(*each) for name, each in pairs.items()
    }


def spans_of(*pairs: tuple[float, float]) -> tuple[Span, ...]:
    return tuple(Span(*pair) for pair in pairs)


def test_voice_is_found_channel_by_channel(audio: Audio) -> None:
    assert find_voice(audio, (0, 1), FakeDetector()) == {
        0: spans_of((1, 3)),
        1: spans_of((4, 5)),
    }


def test_a_mix_is_heard_as_one_channel(audio: Audio) -> None:
    assert find_voice(audio, (None,), FakeDetector()) == {None: spans_of((1, 3), (4, 5))}


def test_a_channel_in_which_nobody_speaks_has_no_voice() -> None:
    with Audio.from_samples(silence(3)) as nothing:
        assert find_voice(nothing, (0,), FakeDetector()) == {0: ()}


@pytest.mark.usefixtures("short_blocks")
@pytest.mark.parametrize(
    ("script", "found", "blocks"),
    [
        pytest.param(
            [[(0.5, 1)], [(1, 2)], [(0, 1)]],
            [(0.5, 1), (5, 6), (8, 9)],
            [4, 4, 2],
            id="nothing at an edge",
        ),
        pytest.param(
            [[(0.5, 1), (3, 4)], [(0, 2.5)], [(0, 1)]],
            [(0.5, 1), (3, 5.5), (7, 8)],
            [4, 4, 3],
            id="the last of several reaches the edge",
        ),
        pytest.param(
            [[(3, 4)], [(0, 2)], [(0, 1)]],
            [(3, 5), (7, 8)],
            [4, 4, 3],
            id="the only one reaches the edge",
        ),
        pytest.param(
            [[(0, 4)], [(0, 4)], [(0, 2)]],
            [(0, 4), (4, 8), (8, 10)],
            [4, 4, 2],
            id="one that fills the block is cut with it",
        ),
        pytest.param(
            [[(0, 1)], [(3.5, 4)], [(0, 2.5)]],
            [(0, 1), (7.5, 10)],
            [4, 4, 2.5],
            id="the end of the recording cuts nothing",
        ),
    ],
)
def test_a_voice_at_the_edge_of_a_block_is_looked_for_again_in_the_next(
    ramp: Audio,
    script: list[list[tuple[float, float]]],
    found: list[tuple[float, float]],
    blocks: list[float],
) -> None:
    detector = ScriptedDetector(script=script)
    assert find_voice(ramp, (0,), detector) == {0: spans_of(*found)}
    assert detector.lengths == blocks


@pytest.mark.usefixtures("short_blocks")
@pytest.mark.parametrize("edge", [3.7, 3.99, 4.0, 4.01, 4.3])
def test_blocks_change_nothing_of_a_voice_that_crosses_them(edge: float) -> None:
    sound = np.concatenate([silence(edge - 1), tone(2.5), silence(2), tone(1), silence(0.5)])
    with Audio.from_samples(sound) as audio:
        (found,) = find_voice(audio, (0,), FakeDetector()).values()
    assert [round(span.start, 1) for span in found] == [
        round(edge - 1, 1),
        round(edge + 3.5, 1),
    ]
    assert [round(span.end, 1) for span in found] == [round(edge + 1.5, 1), round(edge + 4.5, 1)]


@pytest.mark.usefixtures("short_blocks")
def test_listening_reports_seconds_of_all_channels_to_the_end(audio: Audio) -> None:
    told: list[Progress] = []
    find_voice(audio, (0, 1), FakeDetector(), told.append)
    assert {(each.stage, each.total) for each in told} == {("listen", 12.0)}
    assert [each.done for each in told] == [4, 6, 10, 12]


def test_a_broken_detector_is_not_hidden(audio: Audio) -> None:
    with pytest.raises(Broken, match="no ears"):
        find_voice(audio, (0,), BrokenDetector())


def test_words_are_placed_where_they_are_said(audio: Audio) -> None:
    voiced = voice(c0=[(1, 3)], c1=[(4, 5)])
    speech = transcribe(audio, voiced, FakeRecogniser(("one two", "three")), ASK)
    assert speech.language == "en"
    assert [(each.text, each.channel, each.language) for each in speech.segments] == [
        ("one two", 0, "en"),
        ("three", 1, "en"),
    ]
    said = [word for each in speech.segments for word in each.words]
    assert [word.start for word in said] == pytest.approx([1, 2, 4])
    assert [word.end for word in said] == pytest.approx([1.9, 2.9, 4.9])


def test_segments_of_all_channels_are_in_time_order(audio: Audio) -> None:
    voiced = voice(c0=[(3, 4), (5, 6)], c1=[(0, 1), (4, 5)])
    speech = transcribe(audio, voiced, FakeRecogniser(("a b", "c d")), ASK)
    assert [each.text for each in speech.segments] == ["c", "a", "d", "b"]
    assert [each.start for each in speech.segments] == pytest.approx([0, 3, 4, 5])


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
    assert (speech.language, speech.segments) == (None, ())
    assert (recogniser.calls, recogniser.detected) == (0, [])


def test_a_window_in_which_nothing_is_heard_gives_no_segment(audio: Audio) -> None:
    assert transcribe(audio, voice(c0=[(1, 3)]), FakeRecogniser(("",)), ASK).segments == ()


def test_a_language_that_is_asked_for_is_not_detected(audio: Audio) -> None:
    recogniser = FakeRecogniser()
    speech = transcribe(audio, voice(c0=[(1, 3)]), recogniser, TranscribeOptions("de"))
    assert (speech.language, recogniser.asked, recogniser.detected) == ("de", ["de"], [])


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
    heard = Heard(words("one two three four", start=1.0, each=1.0), -0.5, 0.2, 0.4)
    made = list(place(heard, window, "en", tone(8.0)))
    assert [(each.text, each.start, each.end) for each in made] == [
        ("one", 11, 12),
        ("two", 20, 21),
        ("three four", 30, 32),
    ]
    assert {each.channel for each in made} == {1}
    assert {(s.average_logprob, s.no_speech_probability, s.temperature) for s in made} == {
        (-0.5, 0.2, 0.4)
    }


def test_words_keep_what_the_recogniser_said_of_them() -> None:
    heard = Heard(words("今日", spaced=False))
    ((word,),) = (each.words for each in place(heard, Window(spans_of((5, 6))), "ja", tone(1.0)))
    assert (word.text, word.spaced, word.probability) == ("今日", False, 1.0)


def test_words_heard_in_the_padding_stay_within_the_recording() -> None:
    window = Window(spans_of((5, 6)))
    said = Heard(words("late later", start=0.9, each=9.0))
    (segment,) = place(said, window, "en", tone(1.0))
    assert segment.end == pytest.approx(6, abs=0.05)
    assert all(word.end > word.start for word in segment.words)


def test_a_word_is_where_it_is_loud_though_whisper_lets_it_begin_in_the_pause_before() -> None:
    """As in "Make | sense.", where the silence that was cut out lay between the words."""
    window = Window(spans_of((10, 12), (20, 22)))
    sound = np.concatenate([tone(1.0), silence(1.0), tone(2.0)])
    early = Word(1.1, 2.4, "Make")
    heard = Heard((Word(0.2, 0.9, "Yes."), early, Word(2.4, 3.0, "sense.")))
    made = list(place(heard, window, "en", sound))
    assert [(each.text, each.start) for each in made] == [("Yes.", 10.2), ("Make sense.", 20.0)]


def test_a_word_never_goes_back_behind_the_one_before_it() -> None:
    window = Window(spans_of((10, 11), (20, 21)))
    sound = np.concatenate([tone(1.0, level=0.5), tone(1.0, level=0.1)])
    heard = Heard((Word(1.05, 1.4, "one"), Word(0.6, 1.5, "two")))
    assert list(pieces_of(heard.words, window, sound)) == [1, 1]
