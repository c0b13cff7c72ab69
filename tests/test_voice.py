"""Where somebody speaks: blocks that change nothing, and regions that lose and double nothing."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.vad import Sounding
from pipeline.audio import Audio
from pipeline.hearing import voice as module
from pipeline.hearing.voice import (
    BRIDGED,
    LEAD,
    PADDING,
    SHORTEST,
    Voice,
    find_voice,
    joined,
    regions_of,
)
from pipeline.transcript import Span
from tests.fakes import RATE, Broken, BrokenDetector, FakeDetector
from tests.sounds import columns, silence, tone
from tests.values import spans, spans_in_a_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.recogniser import Samples
    from pipeline.progress import Progress

BLOCK = 4.0  # seconds: as short as tests have it


@pytest.fixture
def audio() -> Iterator[Audio]:
    """Two channels of 6 s: the first is loud from 1 to 3 s, the second from 4 to 5 s."""
    first = np.concatenate([silence(1), tone(2), silence(3)])
    second = np.concatenate([silence(4), tone(1), silence(1)])
    with Audio.from_samples(columns(first, second)) as made:
        yield made


@pytest.fixture
def short_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for voice in blocks of 4 s."""
    monkeypatch.setattr(module, "BLOCK", BLOCK)


class NotingDetector(FakeDetector):
    """Takes down the seconds of sound that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.lengths: list[float] = []

    def voiced(self, samples: Samples) -> Sounding:
        """Return the loud stretches."""
        self.lengths.append(len(samples) / RATE)
        return super().voiced(samples)


class LateDetector(FakeDetector):
    """Is deaf for the first second of whatever it is given, as a network that has to warm up."""

    def voiced(self, samples: Samples) -> Sounding:
        """Return what is loud after that."""
        heard = tuple(span for span in super().voiced(samples).faint if span.start >= 1)
        return Sounding(heard, heard)


class UnsureDetector(FakeDetector):
    """Is sure of a voice only where it is louder than 0.1 of full scale."""

    def voiced(self, samples: Samples) -> Sounding:
        """Return what is loud, and what is louder."""
        faint = super().voiced(samples).faint
        return Sounding(faint, super().voiced(np.where(abs(samples) > 0.1, samples, 0)).faint)


def spans_of(*pairs: tuple[float, float]) -> tuple[Span, ...]:
    return tuple(Span(*pair) for pair in pairs)


def voice_of(
    channel: int | None,
    *utterances: tuple[float, float],
    regions: Sequence[tuple[float, float]],
) -> Voice:
    """Return a voice that is surely one wherever it is heard."""
    said = spans_of(*utterances)
    return Voice(channel, said, said, spans_of(*regions))


def pairs_of(spans: Sequence[Span]) -> list[tuple[float, float]]:
    return [(span.start, span.end) for span in spans]


def heard_in(sound: Samples, detector: FakeDetector | None = None) -> Voice:
    with Audio.from_samples(sound) as audio:
        (found,) = find_voice(audio, (0,), detector or FakeDetector())
    return found


def loud(pairs: Sequence[tuple[float, float]], duration: float) -> Samples:
    """Return a sound that is loud there."""
    sound = silence(duration)
    for start, end in pairs:
        sound[round(start * RATE) : round(end * RATE)] = 0.3
    return sound


def utterances() -> st.SearchStrategy[tuple[Span, ...]]:
    """Make utterances in order, some of them hardly any, some hardly apart."""
    gaps = st.one_of(st.sampled_from([0.01, 0.2, BRIDGED, 2 * PADDING]), st.floats(0.01, 4))
    lengths = st.one_of(st.sampled_from([0.03, SHORTEST]), st.floats(0.01, 20))
    return spans(gaps, lengths, most=20)


def test_voice_is_found_channel_by_channel(audio: Audio) -> None:
    assert find_voice(audio, (0, 1), FakeDetector()) == (
        voice_of(0, (1, 3), regions=[(1 - PADDING, 3 + PADDING)]),
        voice_of(1, (4, 5), regions=[(4 - PADDING, 5 + PADDING)]),
    )


def test_what_is_surely_a_voice_is_told_from_what_may_be_one() -> None:
    sound = np.concatenate([silence(1), np.full(RATE, 0.05), np.full(2 * RATE, 0.3), silence(1)])
    found = heard_in(sound.astype(np.float32), UnsureDetector())
    assert (found.utterances, found.clear) == (spans_of((1, 4)), spans_of((2, 4)))
    assert found.regions == spans_of((1 - PADDING, 4 + PADDING))


def test_a_mix_is_heard_as_one_channel(audio: Audio) -> None:
    (mix,) = find_voice(audio, (None,), FakeDetector())
    assert (mix.channel, mix.utterances) == (None, spans_of((1, 3), (4, 5)))


@pytest.mark.parametrize("seconds", [0, 3])
def test_where_nobody_speaks_there_is_no_voice(seconds: float) -> None:
    assert heard_in(silence(seconds)) == Voice(0, (), (), ())


@pytest.mark.usefixtures("short_blocks")
@pytest.mark.parametrize("edge", [3.7, 3.99, 4.0, 4.01, 4.3])
def test_blocks_change_nothing_of_a_voice_that_crosses_them(edge: float) -> None:
    spoken = [(edge - 1, edge + 1.5), (edge + 3.5, edge + 4.5)]
    found = heard_in(loud(spoken, edge + 5))
    assert [round(span.start, 1) for span in found.utterances] == [
        round(start, 1) for start, _ in spoken
    ]
    assert [round(span.end, 1) for span in found.utterances] == [round(end, 1) for _, end in spoken]


# In steps of 0.1 s; gaps of 0.4 and 0.8 s are where the fake detector and regions bridge no more.
GAPS = st.sampled_from([0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 1.0, 1.7, 5.0])
LENGTHS = st.sampled_from([0.2, 0.5, 1.0, 3.9, 4.0, 4.1, 9.0])


@pytest.mark.usefixtures("short_blocks")
@settings(max_examples=60)
@given(st.lists(st.tuples(GAPS, LENGTHS), min_size=1, max_size=6), st.floats(0, 4))
def test_what_is_listened_to_is_the_same_in_many_blocks_as_in_one(
    drawn: list[tuple[float, float]], before: float
) -> None:
    spoken = [(start + before, end + before) for start, end in pairs_of(spans_in_a_row(drawn))]
    sound = loud(spoken, spoken[-1][1] + 1)
    in_blocks = heard_in(sound)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", 1000.0)
        at_once = heard_in(sound)
    found, wanted = pairs_of(in_blocks.regions), pairs_of(at_once.regions)
    assert len(found) == len(wanted)
    # Frames of 10 ms do not begin at the same sample in each.
    assert np.allclose(found, wanted, atol=0.021)


@pytest.mark.usefixtures("short_blocks")
def test_each_block_is_heard_with_some_of_what_is_before_it() -> None:
    detector = NotingDetector()
    heard_in(silence(9), detector)
    assert sorted(detector.lengths) == [1 + LEAD, 4.0, 4 + LEAD]


@pytest.mark.usefixtures("short_blocks")
def test_a_detector_that_needs_a_while_misses_nothing_at_the_edge_of_a_block() -> None:
    found = heard_in(loud([(4.1, 5.1), (8.0, 9.0)], 10), LateDetector())
    assert np.allclose(pairs_of(found.utterances), [(4.1, 5.1), (8.0, 9.0)])


@pytest.mark.usefixtures("short_blocks")
def test_listening_reports_to_the_end_of_the_recording(audio: Audio) -> None:
    told: list[Progress] = []
    find_voice(audio, (0, 1), FakeDetector(), told.append)
    assert {(each.stage, each.total) for each in told} == {("listen", 6.0)}
    assert [each.done for each in told] == [1.5, 3, 4.5, 6]


def test_a_broken_detector_is_not_hidden(audio: Audio) -> None:
    with pytest.raises(Broken, match="no ears"):
        find_voice(audio, (0,), BrokenDetector())


@pytest.mark.parametrize(
    ("gap", "together"),
    [
        pytest.param(0.0, [(0, 2), (2.5, 3), (4, 5)], id="what touches"),
        pytest.param(0.5, [(0, 3), (4, 5)], id="what is no further apart"),
        pytest.param(1.0, [(0, 5)], id="all of it"),
    ],
)
def test_spans_that_are_near_are_joined(gap: float, together: list[tuple[float, float]]) -> None:
    near = spans_of((0, 1), (1, 2), (2.5, 3), (4, 5))
    assert pairs_of(list(joined(near, gap))) == together


def test_a_span_within_another_adds_nothing_to_it() -> None:
    assert list(joined(spans_of((0, 5), (1, 2), (6, 7)))) == [Span(0, 5), Span(6, 7)]


@pytest.mark.parametrize(
    ("spoken", "regions"),
    [
        pytest.param([], [], id="nobody speaks"),
        pytest.param([(5, 6)], [(4.7, 6.3)], id="some room on both sides"),
        pytest.param([(0.1, 9.8)], [(0, 10)], id="no more than the recording has"),
        pytest.param([(2, 3), (3.8, 5)], [(1.7, 5.3)], id="a short pause is bridged"),
        pytest.param([(2, 3), (3.9, 5)], [(1.7, 3.3), (3.6, 5.3)], id="a longer one is not"),
        pytest.param([(2, 2.05), (5, 6)], [(4.7, 6.3)], id="a click is passed over"),
        pytest.param([(2, 2.05), (2.3, 2.35)], [(1.7, 2.65)], id="two clicks may be a word"),
    ],
)
def test_regions_are_utterances_with_what_is_around_them(
    spoken: list[tuple[float, float]], regions: list[tuple[float, float]]
) -> None:
    found = pairs_of(list(regions_of(spans_of(*spoken), 10)))
    assert np.allclose(found, regions) if regions else found == []


@pytest.mark.parametrize("padding", [PADDING, 3.0])
@given(spoken=utterances(), after=st.floats(0, 1))
def test_regions_never_overlap_and_never_leave_the_recording(
    spoken: tuple[Span, ...], after: float, padding: float
) -> None:
    duration = spoken[-1].end + after if spoken else after
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PADDING", padding)
        regions = list(regions_of(spoken, duration))
    assert all(0 <= region.start < region.end <= duration for region in regions)
    assert all(before.end <= after.start + 1e-9 for before, after in pairwise(regions))


@given(utterances())
def test_every_utterance_of_some_length_is_in_a_region(spoken: tuple[Span, ...]) -> None:
    assume(spoken)
    regions = list(regions_of(spoken, spoken[-1].end))
    for span in spoken:
        if span.duration >= SHORTEST:
            inside = [each for each in regions if each.start <= span.start and span.end <= each.end]
            assert len(inside) == 1


@given(utterances())
def test_little_more_is_listened_to_than_what_is_said(spoken: tuple[Span, ...]) -> None:
    assume(spoken)
    for region in regions_of(spoken, spoken[-1].end + 1):
        inside = [span for span in spoken if span.overlap(region) > 0]
        edges = [region.start, *(edge for span in inside for edge in pairs_of([span])[0])]
        pauses = [after - before for before, after in zip(edges[::2], edges[1::2], strict=False)]
        assert max(pauses) <= BRIDGED + 1e-9
        assert region.end - inside[-1].end <= PADDING + 1e-9


def test_pauses_are_between_utterances() -> None:
    voice = voice_of(0, (1, 2), (2, 3), (4, 5), (9, 10), regions=[(0, 11)])
    assert voice.pauses == spans_of((3, 4), (5, 9))


@pytest.mark.parametrize(
    ("regions", "kept"),
    [
        pytest.param([], [], id="none of it"),
        pytest.param([(0, 20)], [(1, 3), (4, 5), (8, 9)], id="all of it"),
        pytest.param([(2, 4.5)], [(2, 3), (4, 4.5)], id="cut at both ends"),
        pytest.param([(1.5, 2), (2.5, 8.5)], [(1.5, 2), (2.5, 3), (4, 5), (8, 8.5)], id="in parts"),
        pytest.param([(3, 4), (5, 8)], [], id="what only touches is not in it"),
    ],
)
def test_voice_is_held_to_regions(
    regions: list[tuple[float, float]], kept: list[tuple[float, float]]
) -> None:
    voice = voice_of(1, (1, 3), (4, 5), (8, 9), regions=[(0.7, 9.3)])
    assert voice.within(spans_of(*regions)) == voice_of(1, *kept, regions=regions)


def test_voice_during_a_passage_is_what_both_share() -> None:
    said = (spans_of((1, 3), (6, 8)), spans_of((1.5, 2.5), (6, 7)))
    voice = Voice(1, *said, spans_of((0.7, 3.3), (5.7, 8.3)))
    assert voice.during(Span(2, 6.5)) == Voice(
        1, spans_of((2, 3), (6, 6.5)), spans_of((2, 2.5), (6, 6.5)), spans_of((2, 3.3), (5.7, 6.5))
    )


@given(utterances(), st.floats(0, 60), st.floats(0, 60))
def test_what_is_said_in_a_passage_and_outside_it_is_what_is_said(
    spoken: tuple[Span, ...], start: float, length: float
) -> None:
    assume(spoken)
    duration = spoken[-1].end + 200
    voice = Voice(0, spoken, spoken[::2], tuple(regions_of(spoken, duration)))
    passages = [Span(0, start), Span(start, start + length), Span(start + length, duration)]
    parts = [voice.during(passage) for passage in passages]
    for kind in ("utterances", "clear", "regions"):
        cut: list[Span] = [span for part in parts for span in getattr(part, kind)]
        assert all(before.end <= after.start for before, after in pairwise(cut))
        in_regions = voice.within(voice.regions)
        assert sum(span.duration for span in cut) == pytest.approx(
            sum(span.duration for span in getattr(in_regions, kind))
        )
