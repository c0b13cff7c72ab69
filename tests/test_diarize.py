"""Who spoke when, where each person has a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.diarize import DiarizeOptions, channel_name, diarize_by_channel, renamed
from pipeline.errors import UsageError
from pipeline.transcript import Span, SpeakerSpan
from pipeline.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Iterable


def voice(channel: int | None, *regions: tuple[float, float]) -> Voice:
    """Return a voice with regions and, within each, half of it surely said."""
    spans = tuple(Span(*region) for region in regions)
    said = tuple(Span(span.start, span.middle) for span in spans)
    return Voice(channel, said, said, spans)


def test_the_voiced_stretches_of_a_channel_are_its_speakers() -> None:
    voices = (voice(0, (0, 2), (5, 6)), voice(1, (1, 3)))
    assert diarize_by_channel(voices, DiarizeOptions(("Anna", "Ben"))) == (
        SpeakerSpan(0, 2, "Anna", 0),
        SpeakerSpan(1, 3, "Ben", 1),
        SpeakerSpan(5, 6, "Anna", 0),
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


@given(
    st.dictionaries(
        st.integers(0, 3),
        st.lists(st.tuples(st.floats(0, 50), st.floats(0, 9)), max_size=9),
        max_size=4,
    )
)
def test_every_stretch_is_somebodys_and_in_time_order(
    drawn: dict[int, list[tuple[float, float]]],
) -> None:
    voices = [
        voice(channel, *((start, start + length) for start, length in pairs))
        for channel, pairs in drawn.items()
    ]
    spans = diarize_by_channel(voices, DiarizeOptions())
    assert [span.start for span in spans] == sorted(span.start for span in spans)
    for each in voices:
        assert _edges(each.regions) == _edges(
            span for span in spans if span.channel == each.channel
        )


def _edges(spans: Iterable[Span]) -> list[tuple[float, float]]:
    return sorted((span.start, span.end) for span in spans)


def test_spans_told_by_channel_take_other_names_and_those_told_by_voice_keep_theirs() -> None:
    spans = (SpeakerSpan(0, 1, "Speaker 1", 0), SpeakerSpan(1, 2, "a voice"))
    assert renamed(spans, DiarizeOptions(("Anna",))) == (
        SpeakerSpan(0, 1, "Anna", 0),
        SpeakerSpan(1, 2, "a voice"),
    )
