"""The sound that a page carries: small, on the clock of the copy, each voice in its channel."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from pipeline.audio import FULL_SCALE, SAMPLE_RATE, Audio, decode
from pipeline.carried_copy import carried, left_and_right, mixed
from pipeline.listening_copy import encode
from pipeline.recording import Layout
from tests.sounds import by_turns, columns, lag, noise, silence, speech, tone

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.progress import Progress
    from tests.sounds import Samples

HOUR = 3600
LARGEST = {1: 7.8e6, 2: 8.2e6}  # bytes an hour, of which base64 makes a third more


def copy_of(folder: Path, *channels: Samples) -> Path:
    """Return the listening copy of a recording."""
    path = folder / "copy.opus"
    with Audio.from_samples(columns(*channels)) as audio, path.open("wb") as file:
        encode(audio, file)
    return path


def heard(webm: bytes, folder: Path) -> Samples:
    """Return carried sound as it is decoded: (n_samples, n_channels)."""
    path = folder / "carried.webm"
    path.write_bytes(webm)
    with decode(path) as audio:
        whole = np.concatenate(list(audio.blocks()))
    return np.asarray(whole / FULL_SCALE, dtype=np.float32)


def loudness(sound: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(sound))))


@pytest.mark.parametrize(
    ("count", "layout", "channels"),
    [
        (1, Layout.MONO, 1),
        (2, Layout.CHANNEL_PER_SPEAKER, 2),
        (2, Layout.DUAL_MONO, 1),
        (2, Layout.ROOM, 1),
        (3, Layout.CHANNEL_PER_SPEAKER, 1),
    ],
)
def test_only_a_call_of_two_keeps_its_channels(
    tmp_path: Path, count: int, layout: Layout, channels: int
) -> None:
    copy = copy_of(tmp_path, *(speech(2, seed=each) for each in range(count)))
    webm, told = carried(copy, layout)
    assert told == channels
    assert heard(webm, tmp_path).shape[1] == channels


@pytest.mark.parametrize(
    ("layout", "channels"), [(Layout.MONO, 1), (Layout.CHANNEL_PER_SPEAKER, 2)]
)
def test_an_hour_of_it_is_small_even_of_what_cannot_be_made_smaller(
    tmp_path: Path, layout: Layout, channels: int
) -> None:
    copy = copy_of(tmp_path, *(noise(20, seed=each) for each in range(channels)))
    webm, _ = carried(copy, layout)
    assert len(webm) * HOUR / 20 < LARGEST[channels]


def test_it_is_on_the_clock_of_the_copy(tmp_path: Path) -> None:
    voice = np.concatenate([silence(1.5), speech(2, seed=1), silence(1.0)])
    copy = copy_of(tmp_path, voice)
    webm, _ = carried(copy, Layout.MONO)
    again = heard(webm, tmp_path)[:, 0]
    assert len(again) == len(voice)
    assert abs(lag(again, voice, SAMPLE_RATE)) < 0.002


def test_what_one_channel_says_is_not_heard_in_the_other(tmp_path: Path) -> None:
    copy = copy_of(tmp_path, tone(4, level=0.3), silence(4))
    webm, _ = carried(copy, Layout.CHANNEL_PER_SPEAKER)
    sound = heard(webm, tmp_path)
    assert loudness(sound[:, 0]) > 0.15
    assert loudness(sound[:, 1]) < loudness(sound[:, 0]) / 60  # 36 dB


def test_each_channel_stays_on_its_side(tmp_path: Path) -> None:
    left, right = by_turns(6, seed=3)
    copy = copy_of(tmp_path, left, right)
    sound = heard(carried(copy, Layout.CHANNEL_PER_SPEAKER)[0], tmp_path)
    for side, voice in enumerate((left, right)):
        alike = np.corrcoef(np.abs(sound[: len(voice), side]), np.abs(voice))[0, 1]
        crossed = np.corrcoef(np.abs(sound[: len(voice), 1 - side]), np.abs(voice))[0, 1]
        assert alike > 0.5 > crossed


def test_the_same_copy_gives_the_same_bytes(tmp_path: Path) -> None:
    copy = copy_of(tmp_path, speech(2, seed=1), speech(2, seed=2))
    once = carried(copy, Layout.CHANNEL_PER_SPEAKER)
    assert carried(copy, Layout.CHANNEL_PER_SPEAKER) == once


def test_how_far_it_is_is_reported(tmp_path: Path) -> None:
    seen: list[Progress] = []
    carried(copy_of(tmp_path, speech(2, seed=1)), Layout.MONO, seen.append)
    assert (seen[-1].done, seen[-1].total) == (2.0, 2.0)


# --- a mix ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layout", "samples", "together"),
    [
        (Layout.CHANNEL_PER_SPEAKER, [[100, 0, 20]], [[120]]),
        (Layout.CHANNEL_PER_SPEAKER, [[30_000, 30_000, 0]], [[32_767]]),
        (Layout.CHANNEL_PER_SPEAKER, [[-30_000, -30_000, 0]], [[-32_768]]),
        (Layout.ROOM, [[100, 200, 300]], [[200]]),
        (Layout.DUAL_MONO, [[-32_768, -32_768]], [[-32_768]]),
        (Layout.MONO, [[5]], [[5]]),
    ],
)
def test_peoples_channels_are_added_up_and_others_are_averaged(
    layout: Layout, samples: list[list[int]], together: list[list[int]]
) -> None:
    with (
        Audio.from_blocks([np.array(samples, dtype=np.int16)]) as audio,
        mixed(audio, layout) as mono,
    ):
        assert [block.tolist() for block in mono.blocks()] == [together]


# --- its header -----------------------------------------------------------------------------


def stereo(folder: Path) -> bytes:
    return carried(copy_of(folder, tone(1), silence(1)), Layout.CHANNEL_PER_SPEAKER)[0]


def test_two_channels_are_left_and_right_and_coded_apart(tmp_path: Path) -> None:
    header = (sound := stereo(tmp_path))[sound.index(b"OpusHead") :][:23]
    channels, family, streams, coupled, *places = header[9], *header[18:23]
    assert (channels, family, streams, coupled, places) == (2, 1, 2, 0, [0, 1])


def test_players_take_them_for_left_and_right(tmp_path: Path) -> None:
    with av.open(io.BytesIO(stereo(tmp_path))) as container:
        (stream,) = container.streams.audio
        assert container.format.name == "matroska,webm"
        assert (stream.codec_context.name, stream.codec_context.layout.name) == ("opus", "stereo")


def test_nothing_else_is_changed(tmp_path: Path) -> None:
    sound = stereo(tmp_path)
    place = sound.index(b"OpusHead") + 18
    other = sound[:place] + b"\xff" + sound[place + 1 :]
    assert left_and_right(other) == left_and_right(sound) == sound
