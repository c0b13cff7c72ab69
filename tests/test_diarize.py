"""Who spoke when: by channel, or by voice with labels that are kept, and by what it is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.diarize import (
    NO_MODEL,
    DiarizeOptions,
    channel_name,
    diarize,
    diarize_by_channel,
    keeping_labels,
    renamed,
)
from pipeline.errors import ModelMissing, UsageError
from pipeline.hearing.voice import Voice
from pipeline.listening import Listening
from pipeline.transcript import Span, SpeakerSpan
from pipeline.voices.by_voice import HeardVoice, ToldApart
from pipeline.voices.clustering import SpeakerCount
from tests.fakes import FakeEngines, FakeVoices
from tests.sounds import columns, write_wav
from tests.values import spans
from tests.voices import Said, in_turn, one_hot, sound

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.transcript import Made


def voice(channel: int | None, *said: tuple[float, float]) -> Voice:
    """Return a voice that is heard in stretches, with room around each for listening."""
    spans = tuple(Span(*each) for each in said)
    room = tuple(Span(max(0, each.start - 0.3), each.end + 0.3) for each in spans)
    return Voice(channel, spans, spans, room)


def test_the_floor_is_theirs_whose_channel_it_is() -> None:
    voices = (voice(0, (0, 2), (5, 6), (6.5, 7)), voice(1, (1, 3)))
    assert diarize_by_channel(voices, DiarizeOptions(("Anna", "Ben"))) == (
        SpeakerSpan(0, 2, "Anna", 0),
        SpeakerSpan(1, 3, "Ben", 1),
        SpeakerSpan(5, 7, "Anna", 0),
    )


def test_of_spans_that_start_together_the_first_channels_comes_first() -> None:
    voices = (voice(1, (0, 1)), voice(0, (0, 2)))
    assert [span.channel for span in diarize_by_channel(voices, DiarizeOptions())] == [0, 1]


def test_a_mix_of_all_channels_tells_nobody_apart() -> None:
    assert diarize_by_channel([voice(None, (0, 2))], DiarizeOptions(("Anna", "Ben"))) == ()


def test_a_channel_without_a_voice_gives_no_speaker() -> None:
    voices = (voice(0), voice(1, (0, 1)))
    spans = diarize_by_channel(voices, DiarizeOptions(("Anna", "Ben")))
    assert {span.speaker for span in spans} == {"Ben"}


@pytest.mark.parametrize(
    ("names", "channel", "name"),
    [
        ((), 0, "Speaker 1"),
        ((), 5, "Speaker 6"),
        (("Anna", "Ben"), 1, "Ben"),
        (("Anna",), 1, "Speaker 2"),
    ],
)
def test_a_channel_goes_by_the_name_given_or_else_by_its_number(
    names: tuple[str, ...], channel: int, name: str
) -> None:
    assert channel_name(channel, DiarizeOptions(names)) == name


@pytest.mark.parametrize("names", [("Anna", "Anna"), ("Anna", "Ben", "Anna")])
def test_two_channels_of_one_name_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="two channels have the same name: Anna"):
        DiarizeOptions(names)


@pytest.mark.parametrize("names", [("Anna", ""), (" ", "Ben"), ("",)])
def test_a_name_that_is_empty_is_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="a channel's name is empty"):
        DiarizeOptions(names)


@given(st.dictionaries(st.integers(0, 3), spans(st.floats(0, 3), st.floats(0, 9)), max_size=4))
def test_every_stretch_is_somebodys_and_in_time_order(drawn: dict[int, tuple[Span, ...]]) -> None:
    voices = [Voice(channel, said, said, said) for channel, said in drawn.items()]
    found = diarize_by_channel(voices, DiarizeOptions())
    assert [span.start for span in found] == sorted(span.start for span in found)
    for each in voices:
        own = [span for span in found if span.channel == each.channel]
        assert _edges(each.floor) == _edges(own)
        assert all(any(s.start <= u.start <= u.end <= s.end for s in own) for u in each.utterances)


def _edges(spans: Iterable[Span]) -> list[tuple[float, float]]:
    return sorted((span.start, span.end) for span in spans)


def test_spans_told_by_channel_take_other_names_and_those_told_by_voice_keep_theirs() -> None:
    spans = (SpeakerSpan(0, 1, "Speaker 1", 0), SpeakerSpan(1, 2, "a voice"))
    assert renamed(spans, DiarizeOptions(("Anna",))) == (
        SpeakerSpan(0, 1, "Anna", 0),
        SpeakerSpan(1, 2, "a voice"),
    )


# By voice


def told(*spans: SpeakerSpan) -> ToldApart:
    """Return spans with a voice for each speaker."""
    speakers = dict.fromkeys(span.speaker for span in spans)
    voices = (HeardVoice(name, (1.0, 0.0), 9.0, "00bb") for name in speakers)
    return ToldApart(spans, tuple(voices))


def by_voice(*spans: tuple[float, float, int]) -> tuple[SpeakerSpan, ...]:
    return tuple(SpeakerSpan(start, end, f"Speaker {number}") for start, end, number in spans)


def labels(found: ToldApart) -> list[str]:
    return [span.speaker[-1] for span in found.spans]


BEFORE = by_voice((0, 4, 1), (5, 9, 2), (10, 12, 3))


@pytest.mark.parametrize(
    ("now", "kept"),
    [
        pytest.param(((0, 4, 1), (5, 9, 2)), ["1", "2"], id="as before"),
        pytest.param(((0, 4, 2), (5, 9, 1)), ["1", "2"], id="numbered otherwise"),
        pytest.param(((5, 9, 1), (10, 12, 2)), ["2", "3"], id="the first is gone"),
        pytest.param(((0, 6, 1), (10, 12, 2)), ["1", "3"], id="mostly one of two"),
        pytest.param(((0, 9, 2), (10, 12, 1)), ["1", "3"], id="two are one, who is neither"),
        pytest.param(((0, 4, 1), (20, 24, 2)), ["1", "2"], id="somebody new"),
        pytest.param(((20, 24, 1),), ["1"], id="nobody as before"),
        pytest.param(((0, 3, 1), (3, 4, 2)), ["1", "2"], id="one is two"),
    ],
)
def test_speakers_keep_their_labels(
    now: tuple[tuple[float, float, int], ...], kept: list[str]
) -> None:
    found = keeping_labels(told(*by_voice(*now)), BEFORE)
    assert labels(found) == kept
    assert [voice.speaker[-1] for voice in found.voices] == kept


def test_who_is_new_gets_no_label_of_which_something_is_known() -> None:
    now = told(*by_voice((0, 4, 1), (20, 24, 2)))
    assert labels(keeping_labels(now, BEFORE, {"Speaker 2", "Speaker 3", "Anna"})) == ["1", "4"]
    assert labels(keeping_labels(now, (), {"Speaker 1"})) == ["2", "3"]


def test_labels_of_channels_are_not_kept_for_voices() -> None:
    now = told(*by_voice((0, 4, 1)))
    assert keeping_labels(now, (SpeakerSpan(0, 4, "Anna", 0),)) == now
    assert keeping_labels(now, ()) == now
    assert keeping_labels(ToldApart(), BEFORE) == ToldApart()
    channels = told(SpeakerSpan(0, 4, "Anna", 0))
    assert keeping_labels(channels, BEFORE, {"Anna"}) == channels


@given(
    st.lists(st.tuples(st.floats(0, 60), st.floats(0.1, 9), st.integers(1, 5)), min_size=1),
    st.permutations(range(1, 6)),
)
def test_the_same_spans_keep_their_labels_however_they_are_numbered(
    drawn: list[tuple[float, float, int]], order: list[int]
) -> None:
    own = {speaker: start for start, _, speaker in drawn}  # one place each, or they may tie
    before = by_voice(*((10.0 * s + own[s] / 10, 10.0 * s + 8, s) for s in own))
    now = told(*(replace(span, speaker=f"x{order[int(span.speaker[-1]) - 1]}") for span in before))
    assert keeping_labels(now, before).spans == before


@given(
    st.lists(st.tuples(st.floats(0, 60), st.floats(0.1, 9), st.integers(1, 5)), min_size=1),
    st.lists(st.tuples(st.floats(0, 60), st.floats(0.1, 9), st.integers(1, 5))),
)
def test_no_two_speakers_become_one_by_their_labels(
    now: list[tuple[float, float, int]], before: list[tuple[float, float, int]]
) -> None:
    spans = by_voice(*((start, start + length, number) for start, length, number in now))
    old = by_voice(*((start, start + length, number) for start, length, number in before))
    found = keeping_labels(told(*spans), old)
    pairs = {(a.speaker, b.speaker) for a, b in zip(spans, found.spans, strict=True)}
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
    assert [(s.start, s.end) for s in found.spans] == [(s.start, s.end) for s in spans]
    assert [voice.speaker for voice in found.voices] == list(
        dict.fromkeys(span.speaker for span in found.spans)
    )


# What tells


@pytest.fixture
def mono(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "mono.wav", sound(in_turn((0, 3), (1, 3), pause=0.5)))


@pytest.fixture
def stereo(tmp_path: Path) -> Path:
    """Two people, each on a channel."""
    first = [Said(n, n + 2, 0) for n in (0, 5, 10)]
    second = [Said(n, n + 2, 1) for n in (2.5, 7.5)]
    return write_wav(tmp_path / "stereo.wav", columns(sound(first, 12), sound(second, 12)))


def heard_in(
    path: Path, engines: FakeEngines, options: DiarizeOptions | None = None
) -> tuple[ToldApart, Made]:
    with Listening(path, engines) as listening:
        return diarize(listening.described, listening, options or DiarizeOptions())


def test_one_channel_is_told_by_voice(mono: Path) -> None:
    engines = FakeEngines(voices=FakeVoices())
    found, made = heard_in(mono, engines)
    assert labels(found) == ["1", "2"]
    assert (made.engine, made.model, made.digest) == ("fake-voices", "pitches", "00bb")
    assert engines.asked["voice_detector"] == 0
    one, _ = heard_in(mono, engines, DiarizeOptions(count=SpeakerCount(1, 1)))
    assert set(labels(one)) == {"1"}


def test_channels_of_one_person_each_are_told_by_channel(stereo: Path) -> None:
    found, made = heard_in(stereo, FakeEngines(voices=FakeVoices()), DiarizeOptions(("Anna", "B")))
    assert {(span.speaker, span.channel) for span in found.spans} == {("Anna", 0), ("B", 1)}
    assert made.engine == "fake-ears"
    anna, ben = found.voices
    assert (anna.speaker, ben.speaker) == ("Anna", "B")
    assert anna.embedding == pytest.approx(one_hot(0), abs=0.05)
    assert ben.embedding == pytest.approx(one_hot(1), abs=0.05)
    assert (anna.seconds, ben.seconds) == pytest.approx((6, 4), abs=0.1)
    assert {anna.digest, ben.digest} == {"00bb"}


def test_without_a_model_channels_tell_and_voices_do_not(mono: Path, stereo: Path) -> None:
    found, made = heard_in(stereo, FakeEngines())
    assert (set(labels(found)), found.voices, made.engine) == ({"1", "2"}, (), "fake-ears")
    with pytest.raises(ModelMissing, match="Run: relisten models pull voices") as raised:
        heard_in(mono, FakeEngines())
    assert str(raised.value) == NO_MODEL
