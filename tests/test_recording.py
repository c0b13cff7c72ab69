"""What is heard of a recording follows from what its channels are."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

from pipeline.recording import Layout, Recording, Track

RECORDING = Recording(
    id="ab" * 32,
    path=Path("call.m4a"),
    title="First call",
    duration=60.0,
    channels=3,
    sample_rate=48_000,
    codec="aac",
    size=1000,
    layout=Layout.MONO,
    recorded_at="2026-09-01T14:30:00",
    recorded_at_from="tag",
)


@pytest.mark.parametrize(
    ("layout", "heard"),
    [
        (Layout.MONO, (None,)),
        (Layout.DUAL_MONO, (0,)),
        (Layout.CHANNEL_PER_SPEAKER, (0, 1, 2)),
        (Layout.ROOM, (None,)),
    ],
)
def test_people_with_a_channel_each_are_heard_apart_and_one_signal_once(
    layout: Layout, heard: tuple[int | None, ...]
) -> None:
    assert replace(RECORDING, layout=layout).heard_channels == heard


def test_every_layout_says_what_is_heard() -> None:
    assert all(replace(RECORDING, layout=layout).heard_channels for layout in Layout)


@pytest.mark.parametrize("layout", Layout)
def test_a_layout_is_stored_as_a_word_and_read_back(layout: Layout) -> None:
    assert Layout(str(layout)) is layout
    assert " " not in layout


def test_a_recording_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        RECORDING.title = "Another"  # type: ignore[misc]


def test_a_recording_of_tracks_knows_whose_they_are_by_channel() -> None:
    tracks = (Track("audioAnna.m4a", "Anna"), Track("b.wav", "Ben"))
    assert replace(RECORDING, tracks=tracks).track_names == ("Anna", "Ben")
    assert RECORDING.track_names == ()
