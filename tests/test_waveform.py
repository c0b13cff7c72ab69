"""Waveforms: what is drawn of a sound, and that what is kept is read again, by others too."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipeline import waveform
from pipeline.audio import SAMPLE_RATE, Audio
from pipeline.waveform import SAMPLES_PER_PIXEL, Waveform, coarser, drawn, from_bytes, to_bytes
from tests.sounds import columns, silence, tone

if TYPE_CHECKING:
    from numpy.typing import NDArray

SOUNDS = arrays(np.int16, st.tuples(st.integers(1, 2000), st.integers(1, 3)))


def test_each_hundredth_of_a_second_is_as_loud_as_it_is() -> None:
    sound = np.concatenate([silence(0.5), tone(0.5, level=0.5), silence(1.0)])
    with Audio.from_samples(columns(sound.astype(np.float32), silence(2.0))) as audio:
        told = drawn(audio)
    assert (told.pixels_per_second, told.channels, len(told.low)) == (100, 2, 200)
    assert np.all(told.high[50:100, 0] >= 62)
    assert np.all(told.low[50:100, 0] <= -62)
    assert not told.high[:50].any()
    assert not told.high[100:].any()
    assert not told.high[:, 1].any()


def test_the_loudest_sound_there_can_be_is_drawn_to_both_edges() -> None:
    block = np.array([[-32_768], [32_767]], dtype=np.int16)
    with Audio.from_blocks([block]) as audio:
        told = drawn(audio)
    assert (told.low.tolist(), told.high.tolist()) == ([[-128]], [[127]])


@given(SOUNDS)
def test_no_sample_is_outside_what_is_drawn_of_it(block: NDArray[np.int16]) -> None:
    with Audio.from_blocks([block]) as audio:
        told = drawn(audio)
    pixels = -(-len(block) // SAMPLES_PER_PIXEL)
    assert told.low.shape == told.high.shape == (pixels, block.shape[1])
    of_sample = np.arange(len(block)) // SAMPLES_PER_PIXEL
    scaled = block // 256
    assert np.all(told.low[of_sample] <= scaled)
    assert np.all(scaled <= told.high[of_sample])


@given(SOUNDS, st.integers(1, 9))
def test_it_is_the_same_however_much_is_read_at_once(
    block: NDArray[np.int16], at_once: int
) -> None:
    with pytest.MonkeyPatch.context() as patch, Audio.from_blocks([block]) as audio:
        whole = to_bytes(drawn(audio))
        patch.setattr(waveform, "PIXELS_AT_ONCE", at_once)
        assert to_bytes(drawn(audio)) == whole


@given(SOUNDS)
def test_what_is_written_is_read_again(block: NDArray[np.int16]) -> None:
    with Audio.from_blocks([block]) as audio:
        told = drawn(audio)
    read = from_bytes(to_bytes(told))
    assert np.array_equal(read.low, told.low)
    assert np.array_equal(read.high, told.high)
    assert (read.rate, read.samples_per_pixel) == (SAMPLE_RATE, SAMPLES_PER_PIXEL)


def test_the_file_is_as_its_format_is_documented() -> None:
    # the example of two channels in audiowaveform's description of the format
    pairs = [-65, 63, -66, 64, -40, 41, -39, 45, -55, 43, -55, 44]
    lows = np.array(pairs[::2], dtype=np.int8).reshape(3, 2)
    highs = np.array(pairs[1::2], dtype=np.int8).reshape(3, 2)
    written = to_bytes(Waveform(lows, highs, samples_per_pixel=512, rate=48_000))
    assert written == struct.pack("<6i12b", 2, 1, 48_000, 512, 3, 2, *pairs)


GOOD = struct.pack("<6i2b", 2, 1, 16_000, 160, 1, 1, -1, 1)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "a header of 24 bytes, not 0"),
        (GOOD[:23], "a header of 24 bytes, not 23"),
        (GOOD[:-1], "of 1 pixels was cut off at 25 bytes"),
        (GOOD + b"\0", "of 1 pixels was cut off at 27 bytes"),
        (struct.pack("<6i", 1, 1, 16_000, 160, 0, 1), "not a waveform of version 2"),
        (struct.pack("<6i", 2, 0, 16_000, 160, 0, 1), "not a waveform of version 2"),
        (struct.pack("<6i", 2, 1, 0, 160, 0, 1), "not a waveform of version 2"),
        (struct.pack("<6i", 2, 1, 16_000, 0, 0, 1), "not a waveform of version 2"),
        (struct.pack("<6i", 2, 1, 16_000, 160, 0, -1), "not a waveform of version 2"),
    ],
)
def test_what_is_no_waveform_is_not_read_as_one(data: bytes, sentence: str) -> None:
    assert from_bytes(GOOD).high.tolist() == [[1]]
    with pytest.raises(ValueError, match=sentence):
        from_bytes(data)


def test_three_hours_of_two_channels_are_read_at_once() -> None:
    pixels = 3 * 3600 * 100
    flat = np.zeros((pixels, 2), dtype=np.int8)
    assert len(to_bytes(Waveform(flat, flat))) < 5_000_000


# --- coarser --------------------------------------------------------------------------------


@given(
    arrays(np.int8, st.tuples(st.integers(1, 200), st.integers(1, 3))),
    st.integers(1, 12),
)
def test_a_coarser_waveform_reaches_as_far_as_each_of_its_pixels(
    low: NDArray[np.int8], factor: int
) -> None:
    fine = Waveform(low, np.maximum(low, low[::-1]))
    told = coarser(fine, factor)
    assert len(told.low) == -(-len(low) // factor)
    of_pixel = np.arange(len(low)) // factor
    assert np.all(told.low[of_pixel] <= fine.low)
    assert np.all(told.high[of_pixel] >= fine.high)
    assert told.low.min() == fine.low.min()
    assert told.high.max() == fine.high.max()
    assert told.pixels_per_second == pytest.approx(fine.pixels_per_second / factor)


def test_a_waveform_of_nothing_is_no_coarser() -> None:
    nothing = Waveform(np.zeros((0, 2), dtype=np.int8), np.zeros((0, 2), dtype=np.int8))
    assert from_bytes(to_bytes(coarser(nothing, 4))).channels == 2
