"""The sound of a reel on disk: where each piece is, and what lies between two."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.signal import periodogram

from pipeline.errors import MachineError
from pipeline.recording import Layout
from pipeline.reels.tape import (
    AT_ONCE,
    LEVEL,
    PAUSE,
    PITCH,
    RATE,
    TONE,
    Between,
    between,
    blocks,
    channels_for,
    seconds_between,
    tape,
)
from pipeline.transcript import Span
from tests.libraries import recording
from tests.sounds import columns, speech

if TYPE_CHECKING:
    from pathlib import Path


def test_each_piece_is_where_it_was_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "reel.w64"
    pieces = [columns(speech(seconds, RATE, seed=n)) for n, seconds in enumerate((0.5, 1.25))]
    with tape(path, 1) as opened:
        spans = [opened.add(each) for each in pieces]
    assert spans == [Span(0.0, 0.5), Span(0.5, 1.75)]
    heard = np.concatenate(list(blocks(path)))
    assert heard.dtype == np.float32
    for span, piece in zip(spans, pieces, strict=True):
        part = heard[round(span.start * RATE) : round(span.end * RATE)]
        assert np.abs(part - piece).max() < 1 / 32_000


def test_a_tape_is_read_some_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "reel.w64"
    with tape(path, 2) as opened:
        opened.add(np.zeros((AT_ONCE + 10, 2), dtype=np.float32))
    assert [each.shape for each in blocks(path)] == [(AT_ONCE, 2), (10, 2)]


def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="Windows has no limits of this kind")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        with tape(tmp_path / "reel.w64", 1) as opened:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
            with pytest.raises(MachineError, match="Make room, or set TMPDIR"):
                opened.add(np.zeros((10 * RATE, 1), dtype=np.float32))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_ffprobe_reads_a_tape(tmp_path: Path) -> None:
    path = tmp_path / "reel.w64"
    with tape(path, 2) as opened:
        opened.add(np.zeros((RATE * 3, 2), dtype=np.float32))
    asked = [
        "ffprobe",
        "-v",
        "error",
        "-show_entries",
        "stream=sample_rate,channels:format=duration",
    ]
    said = subprocess.run([*asked, path], capture_output=True, check=True, encoding="utf-8").stdout
    assert {"sample_rate=48000", "channels=2", "duration=3.000000"} <= set(said.split())


@pytest.mark.parametrize("kind", list(Between))
@pytest.mark.parametrize("channels", [1, 2])
def test_between_two_passages_lies_what_is_said_to(kind: Between, channels: int) -> None:
    sound = between(kind, channels)
    assert sound.shape[1] == channels
    assert len(sound) / RATE == pytest.approx(seconds_between(kind), abs=0.0001)
    edge = sound[: round(0.3 * RATE)]
    assert not edge.any()
    assert np.abs(sound).max() == pytest.approx(LEVEL if kind is Between.TONE else 0.0, rel=0.01)


def test_the_tone_is_one_pitch_and_begins_and_ends_softly() -> None:
    sound = between(Between.TONE, 1)[:, 0]
    inside = sound[round(PAUSE * RATE) : round((PAUSE + TONE) * RATE)]
    hertz, power = periodogram(inside, RATE)
    assert hertz[power.argmax()] == pytest.approx(PITCH, abs=10)
    assert np.abs(np.diff(inside[:20])).max() < 0.001


@pytest.mark.parametrize(
    ("layouts", "channels"),
    [
        ([(Layout.CHANNEL_PER_SPEAKER, 2)], 1),
        ([(Layout.MONO, 1), (Layout.DUAL_MONO, 2)], 1),
        ([(Layout.MONO, 1), (Layout.ROOM, 2)], 2),
        ([(Layout.ROOM, 5)], 1),
    ],
)
def test_two_ears_are_for_rooms_alone(layouts: list[tuple[Layout, int]], channels: int) -> None:
    kept = [recording(layout=layout, channels=count) for layout, count in layouts]
    assert channels_for(kept) == channels
