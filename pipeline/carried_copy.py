"""The sound that a page carries within it: Opus, small enough for an e-mail.

It is made of the listening copy, so that a page can be made where the recording itself is not.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from pipeline.audio import Audio, decode
from pipeline.listening_copy import APART, Coding, encode
from pipeline.progress import Report, silent
from pipeline.recording import Layout

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.audio import Block

# Two minutes of a call, against its sound (RMS of 40 mel bands where there is voice; MB an hour):
# mixed at 16 kbit/s 2.8 dB, 7.2 MB; at 19, 8.5 MB and no nearer. Two channels apart at 19 together:
# 3.5 dB, 7.5 MB, and nothing of one in the other; as stereo at 22: 3.4 dB, 9.5 MB, and each in the
# other 22 dB down, as Opus narrows stereo below 32; at 19 it has one channel left, 9.9 dB.
# Frames of 60 ms save 2 to 3 % and cost nothing; above level 8 nothing is gained for the time.
# tiny.en mishears 5.9 and 5.8 % of the words of two interviews on a page, and 6.1 and 5.2 % of the
# recordings themselves.
FRAMES = {"application": "voip", "compression_level": "8", "frame_duration": "60"}
# WebM takes 3 % more than Ogg. Safari plays Opus in WebM from 17.5 on, and in Ogg late or never.
MIXED = Coding(16_000, FRAMES, "webm")
EACH_ALONE = Coding(19_000, FRAMES | APART, "webm")

HEADER, FAMILY = b"OpusHead", 18  # where it says by which family channels have their places
LEFT_AND_RIGHT = 1


def carried(copy: Path, layout: Layout, report: Report = silent) -> tuple[bytes, int]:
    """Return the sound of a listening copy for a page, and how many channels that has.

    A call of two keeps both channels apart; of more, and of microphones in a room, there is a mix.
    """
    made = io.BytesIO()
    with decode(copy) as audio:
        if layout is Layout.CHANNEL_PER_SPEAKER and audio.channels == 2:
            encode(audio, made, report, EACH_ALONE)
            return left_and_right(made.getvalue()), 2
        with mixed(audio, layout) as mono:
            encode(mono, made, report, MIXED)
    return made.getvalue(), 1


def mixed(audio: Audio, layout: Layout) -> Audio:
    """Return all channels as one: their sum where each is a person's, else their mean."""
    together = _sum if layout is Layout.CHANNEL_PER_SPEAKER else _mean
    return Audio.from_blocks(together(block) for block in audio.blocks())


def _sum(block: Block) -> Block:
    whole = block.sum(axis=1, dtype=np.int32, keepdims=True)
    limits = np.iinfo(np.int16)
    clipped: Block = np.clip(whole, limits.min, limits.max).astype(np.int16)
    return clipped


def _mean(block: Block) -> Block:
    rounded: Block = np.rint(block.mean(axis=1, keepdims=True)).astype(np.int16)
    return rounded


def left_and_right(sound: bytes) -> bytes:
    """Return a sound of two channels coded apart, which says that they are left and right.

    libopus codes channels apart only if they have no places (family 255), and to play such is no
    player's duty. What is coded apart may have places, too (RFC 7845, 5.1.1.2).
    """
    place = sound.index(HEADER) + FAMILY
    return sound[:place] + bytes([LEFT_AND_RIGHT]) + sound[place + 1 :]
