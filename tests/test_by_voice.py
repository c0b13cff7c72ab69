"""Who spoke when, told by voice: made-up conversations in, spans and voiceprints out."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.voices import FRAME_STEP, Talkers
from pipeline.audio import SAMPLE_RATE, Audio
from pipeline.voices import by_voice
from pipeline.voices.by_voice import (
    BRIDGED,
    CHANGE,
    CHANGE_IN_PAUSE,
    CLEAN,
    DOUBT,
    SHORTEST,
    ToldApart,
    change_costs,
    likeliest_path,
    margin_of,
    tell_apart,
)
from pipeline.voices.clustering import SpeakerCount, unit
from pipeline.voices.stretches import HOP, Moments
from tests.fakes import WINDOW_FRAMES, FakeVoices
from tests.sounds import columns, silence
from tests.voices import Said, in_turn, one_hot, sound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.voices import Floats
    from pipeline.progress import Progress
    from pipeline.transcript import SpeakerSpan

NEAR = 0.05  # seconds by which an edge may be off: three frames
SOME = st.floats(-1, 1, width=32)


def told(
    *said: Said,
    count: SpeakerCount | None = None,
    seconds: float = 0.0,
    teller: FakeVoices | None = None,
) -> ToldApart:
    with Audio.from_samples(sound(said, seconds)) as audio:
        return tell_apart(audio, None, teller or FakeVoices(), count)


def check_spans(spans: Sequence[SpeakerSpan], duration: float) -> None:
    """Check what holds of all that is ever told."""
    order = [(span.start, span.end) for span in spans]
    assert order == sorted(order)
    for span in spans:
        assert 0 <= span.start < span.end <= duration
        assert span.duration >= SHORTEST
        assert 0 <= span.probability <= 1
        assert span.channel is None
    speakers = list(dict.fromkeys(span.speaker for span in spans))
    assert speakers == [f"Speaker {number}" for number in range(1, len(speakers) + 1)]
    for speaker in speakers:
        own = [span for span in spans if span.speaker == speaker]
        assert all(after.start > before.end for before, after in pairwise(own))


# The likeliest path


def worth(path: Sequence[int], likeness: Floats, costs: Floats) -> float:
    """Return the likeness of a path less the cost of its changes."""
    changes = [n for n in range(1, len(path)) if path[n] != path[n - 1]]
    alike = sum(float(likeness[moment, person]) for moment, person in enumerate(path))
    return alike - sum(float(costs[moment]) for moment in changes)


@settings(max_examples=150)
@given(st.data(), st.integers(1, 6), st.integers(1, 3))
def test_no_other_path_is_likelier(data: st.DataObject, moments: int, number: int) -> None:
    rows = data.draw(st.lists(SOME, min_size=moments * number, max_size=moments * number))
    likeness = np.array(rows, dtype=np.float32).reshape(moments, number)
    drawn = data.draw(st.lists(st.floats(0, 2, width=32), min_size=moments, max_size=moments))
    costs = np.array(drawn, dtype=np.float32)
    path = likeliest_path(likeness, costs).tolist()
    best = max(worth(each, likeness, costs) for each in product(range(number), repeat=moments))
    assert worth(path, likeness, costs) == pytest.approx(best, abs=1e-5)


def test_of_equal_paths_the_one_without_a_change_is_taken() -> None:
    likeness = np.array([[1, 0], [0, 1], [1, 0]], dtype=np.float32)
    assert likeliest_path(likeness, np.full(3, 0.5, np.float32)).tolist() == [0, 0, 0]
    assert likeliest_path(likeness, np.full(3, 0.4, np.float32)).tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("speech", "cost"),
    [
        (0.0, CHANGE_IN_PAUSE),
        (0.3, CHANGE_IN_PAUSE),
        (0.625, (CHANGE + CHANGE_IN_PAUSE) / 2),
        (0.95, CHANGE),
        (1.0, CHANGE),
    ],
)
def test_a_change_costs_less_in_a_breath(speech: float, cost: float) -> None:
    moments = Moments(np.zeros(1), np.zeros((1, 4), np.float16), np.array([speech], np.float32))
    assert change_costs(moments) == pytest.approx([cost])


def test_a_margin_is_over_the_next_person_and_whole_where_there_is_none() -> None:
    likeness = np.array([0.9, 0.2, 0.5], dtype=np.float32)
    assert [margin_of(likeness, person) for person in range(3)] == pytest.approx([0.4, -0.7, -0.4])
    assert margin_of(likeness[:1], 0) == 1.0


# Who spoke when


def test_each_has_their_turns_under_one_label() -> None:
    said = in_turn((1, 3), (0, 3), (1, 2), (2, 4), (0, 5), pause=0.4)
    spans = told(*said).spans
    names = {1: "Speaker 1", 0: "Speaker 2", 2: "Speaker 3"}
    assert [span.speaker for span in spans] == [names[each.voice] for each in said]
    for span, each in zip(spans, said, strict=True):
        assert (span.start, span.end) == pytest.approx((each.start, each.end), abs=NEAR)
    check_spans(spans, said[-1].end)


def test_where_nobody_speaks_nobody_is_told() -> None:
    for seconds in (0.0, 3.0, 30.0):
        assert told(seconds=seconds) == ToldApart()


def test_two_who_speak_at_once_have_a_span_each() -> None:
    spans = told(Said(0, 4, 0), Said(3, 7, 1)).spans
    assert [(span.speaker, round(span.start), round(span.end)) for span in spans] == [
        ("Speaker 1", 0, 4),
        ("Speaker 2", 3, 7),
    ]


def test_speakers_who_follow_without_a_pause_are_parted_where_one_voice_was_heard() -> None:
    class OneVoice(FakeVoices):
        """Hears all voices as one."""

        def talkers(self, samples: Floats) -> Talkers:
            found = super().talkers(samples)
            active = np.zeros_like(found.active)
            active[:, 0] = found.active.any(axis=1)
            return Talkers(found.speech, active)

    said = in_turn((0, 6), (1, 6), (0, 6))
    spans = told(*said, teller=OneVoice()).spans
    assert [span.speaker for span in spans] == ["Speaker 1", "Speaker 2", "Speaker 1"]
    assert [span.start for span in spans] == pytest.approx([0, 6, 12], abs=0.15)


@pytest.mark.parametrize(
    ("count", "number"),
    [
        (None, 3),
        (SpeakerCount(), 3),
        (SpeakerCount(1, 1), 1),
        (SpeakerCount(2, 2), 2),
        (SpeakerCount(3, 3), 3),
        (SpeakerCount(None, 2), 2),
        (SpeakerCount(2, 5), 3),
    ],
)
def test_there_are_as_many_speakers_as_are_told(count: SpeakerCount | None, number: int) -> None:
    said = in_turn((0, 5), (1, 4), (2, 3), (0, 2), (1, 2), (2, 2), pause=0.3)
    spans = told(*said, count=count).spans
    assert len({span.speaker for span in spans}) == number
    check_spans(spans, said[-1].end)


def test_only_the_channel_asked_for_is_told() -> None:
    both = columns(sound([Said(0, 4, 0)]), sound([Said(1, 3, 1)], 4))
    with Audio.from_samples(both) as audio:
        (span,) = tell_apart(audio, 1, FakeVoices()).spans
    assert (span.start, span.end) == pytest.approx((1, 3), abs=NEAR)


def test_how_far_it_is_is_told() -> None:
    seen: list[Progress] = []
    with Audio.from_samples(sound([Said(0, 4, 0)])) as audio:
        tell_apart(audio, None, FakeVoices(), None, seen.append)
    assert [(each.stage, each.fraction) for each in seen] == [("speakers", 1.0)]


# Pauses


@pytest.mark.parametrize(("pause", "spans"), [(0.5, 1), (BRIDGED - 0.1, 1), (BRIDGED + 0.1, 2)])
def test_who_pauses_shortly_keeps_the_floor(pause: float, spans: int) -> None:
    assert len(told(*in_turn((0, 2), (0, 2), pause=pause)).spans) == spans


def test_who_is_answered_in_a_pause_does_not_keep_the_floor() -> None:
    said = (Said(0, 3, 0), Said(3.1, 3.9, 1), Said(4, 7, 0), Said(7.5, 9.5, 1))
    spans = told(*said).spans
    assert [span.speaker[-1] for span in spans] == ["1", "2", "1", "2"]
    assert spans[0].end <= spans[1].start <= spans[1].end <= spans[2].start


def test_a_short_word_in_a_long_pause_does_not_take_the_floor() -> None:
    said = (Said(0, 3, 0), Said(3.5, 3.7, 1), Said(4.1, 7, 0), Said(8, 11, 1))
    first, word, second = told(*said).spans
    assert (first.start, first.end) == pytest.approx((0, 7), abs=NEAR)
    assert (word.start, word.end) == pytest.approx((3.5, 3.7), abs=NEAR)
    assert (second.speaker, word.speaker) == ("Speaker 2", "Speaker 2")


# How sure it is


def test_it_is_sure_of_voices_that_differ_and_less_so_of_a_mix() -> None:
    clear = told(*in_turn((0, 3), (1, 3), pause=0.5)).spans
    assert all(span.probability > 0.99 for span in clear)
    alike = FakeVoices()
    alike.embeddings = _nearer  # type: ignore[method-assign]
    spans = told(*in_turn((0, 3), (1, 3), pause=0.5), count=SpeakerCount(2, 2), teller=alike).spans
    assert len({span.speaker for span in spans}) == 2
    assert all(0.6 < span.probability < 0.95 for span in spans)


def _nearer(means: Floats, deviations: Floats) -> Floats:
    """Return embeddings of voices of which two have a cosine of 1 less `DOUBT`."""
    one, other = 1.0, (DOUBT / 2) ** 0.5
    shared = np.full((len(means), 1), (one - other**2) ** 0.5, dtype=np.float32)
    own = unit(np.asarray(means + 1e-9, dtype=np.float32)) * other
    return unit(np.concatenate([shared, own], axis=1))


# Voiceprints


def test_a_voiceprint_is_of_what_each_says_alone() -> None:
    said = (Said(0, 5, 0), Said(4, 8, 1), Said(9, 12, 1), Said(13, 16, 0))
    first, second = told(*said).voices
    assert (first.speaker, second.speaker) == ("Speaker 1", "Speaker 2")
    assert first.embedding == pytest.approx(one_hot(0), abs=0.05)
    assert second.embedding == pytest.approx(one_hot(1), abs=0.05)
    assert (first.seconds, second.seconds) == pytest.approx((7, 6), abs=0.2)
    assert {first.digest, second.digest} == {"00bb"}


def test_who_never_speaks_for_long_has_no_voiceprint() -> None:
    short = CLEAN - 0.2
    turns = [turn for _ in range(6) for turn in ((0, 4.0), (1, short))]
    found = told(*in_turn(*turns, pause=0.5))
    assert {span.speaker for span in found.spans} == {"Speaker 1", "Speaker 2"}
    assert [voice.speaker for voice in found.voices] == ["Speaker 1"]


# What always holds


class AnyVoices(FakeVoices):
    """Hears anything at all: it draws who speaks and how they sound, the same each time."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed

    def _draw(self, samples: Floats) -> np.random.Generator:
        return np.random.default_rng([self.seed, len(samples), int(1e6 * np.abs(samples).sum())])

    def talkers(self, samples: Floats) -> Talkers:
        """Return anybody."""
        draw = self._draw(samples)
        often, lasts = draw.uniform(0, 1), int(draw.integers(1, 80))
        active = np.repeat(draw.random((WINDOW_FRAMES, 3)) < often, lasts, axis=0)[:WINDOW_FRAMES]
        active[int(len(samples) / SAMPLE_RATE / FRAME_STEP) :] = False  # the rest is silence
        return Talkers(draw.random(WINDOW_FRAMES).astype(np.float32), active)

    def timbre(self, samples: Floats) -> Floats:
        """Return anything."""
        return self._draw(samples).normal(size=(-(-len(samples) // 320), 4)).astype(np.float32)

    def embeddings(self, means: Floats, deviations: Floats) -> Floats:
        """Return the means at length 1."""
        return unit(means)


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.02, 45), st.sampled_from([None, 1, 2, 5]))
def test_whatever_is_heard_spans_lie_in_the_recording_and_nobody_overlaps_themselves(
    seed: int, seconds: float, number: int | None
) -> None:
    count = SpeakerCount(number, number)
    with Audio.from_samples(sound([Said(0, seconds, 0)])) as audio:
        found = tell_apart(audio, None, AnyVoices(seed), count)
        check_spans(found.spans, audio.duration)
    speakers = {span.speaker for span in found.spans}
    assert number is None or len(speakers) <= number
    for voice in found.voices:
        assert voice.speaker in speakers
        assert np.linalg.norm(voice.embedding) == pytest.approx(1, abs=1e-4)
        assert 0 < voice.seconds <= seconds + FRAME_STEP


# No more people than a window tells apart.
TURNS = st.lists(st.tuples(st.integers(0, 2), st.floats(1.5, 6), st.floats(0.2, 2)), max_size=8)


@settings(max_examples=25)
@given(TURNS)
def test_all_that_is_said_is_somebodys_and_nothing_else_is(
    turns: list[tuple[int, float, float]],
) -> None:
    said, now = [], 0.0
    for voice, seconds, pause in turns:
        said.append(Said(now + pause, now + pause + seconds, voice))
        now += pause + seconds
    spans = told(*said).spans
    check_spans(spans, now + 1e-4)  # a sample may end later
    for each in said:
        middle = (each.start + each.end) / 2
        (span,) = [span for span in spans if span.start <= middle <= span.end]
        same = [s for s in said if span.start <= (s.start + s.end) / 2 <= span.end]
        assert {s.voice for s in same} == {each.voice}
    whose = {(each.voice, _speaker_at(spans, (each.start + each.end) / 2)) for each in said}
    assert len(whose) == len({voice for voice, _ in whose}) == len({name for _, name in whose})


def _speaker_at(spans: Sequence[SpeakerSpan], time: float) -> str:
    return next(span.speaker for span in spans if span.start <= time <= span.end)


@pytest.mark.parametrize("section", [1, 2, 5])
def test_what_is_voted_on_at_once_does_not_change_what_is_told(
    monkeypatch: pytest.MonkeyPatch, section: int
) -> None:
    said = in_turn(*((n % 3, 1.0 + n % 4) for n in range(16)), pause=0.3)
    expected = [told(*said), told(seconds=37, teller=AnyVoices(3))]
    monkeypatch.setattr(by_voice, "SECTION", section)
    assert [told(*said), told(seconds=37, teller=AnyVoices(3))] == expected


def test_what_is_said_after_a_long_silence_is_the_same_voices() -> None:
    first = in_turn((0, 4), (1, 4), pause=0.3)
    later = [Said(each.start + 20 * HOP, each.end + 20 * HOP, 1 - each.voice) for each in first]
    spans = told(*first, *later).spans
    assert [span.speaker[-1] for span in spans] == ["1", "2", "2", "1"]


def test_a_recording_of_silence_has_no_speakers_even_if_they_are_told() -> None:
    with Audio.from_samples(silence(12)) as audio:
        assert tell_apart(audio, None, FakeVoices(), SpeakerCount(2, 2)) == ToldApart()
