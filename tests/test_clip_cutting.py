"""Clips cut out of calls: in no word, of the channels that are asked for, with tones over names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pipeline.clips import How, Tags, channels_named, clip_of, tags_of
from pipeline.clips.cutting import FADE
from pipeline.clips.levels import CEILING
from pipeline.errors import AudioError, UsageError
from pipeline.export import Document
from pipeline.recording import Layout
from pipeline.transcript import Span, Transcript, Turn, Word
from tests.sounds import columns, noise, silence, tone, write_wav

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sounds import Samples

RATE = 16_000
HERTZ = {"Ann": 300.0, "Ben": 900.0}  # so that who is heard can be told
# Three words of Ann, then two of Ben, who begins while she ends; then Ann once more.
WORDS = {
    "Ann": [(1.0, 1.4, "So"), (1.5, 1.9, "what"), (1.9, 2.5, "then?"), (4.2, 4.6, "Right.")],
    "Ben": [(2.3, 2.9, "Too"), (3.0, 3.7, "much.")],
}


def said(speaker: str, seconds: float = 6.0, level: float = 0.1) -> Samples:
    """Return what one says: a hum for each word, as loud as the next."""
    sound = 0 * silence(seconds)
    for start, end, _ in WORDS[speaker]:
        first = round(start * RATE)
        hum = tone(end - start, RATE, HERTZ[speaker], level)
        rise = np.minimum(1, np.minimum(np.arange(len(hum)), np.arange(len(hum))[::-1]) / 160)
        sound[first : first + len(hum)] = hum * rise
    return sound + noise(seconds, level=1e-4, seed=int(HERTZ[speaker]))


def words(speaker: str, first: int, last: int) -> Turn:
    return Turn.of(speaker, [Word(*each) for each in WORDS[speaker][first:last]])


def call(layout: Layout = Layout.CHANNEL_PER_SPEAKER) -> Document:
    """Return the call as it is transcribed."""
    turns = (words("Ann", 0, 3), words("Ben", 0, 2), words("Ann", 3, 4))
    apart = layout is Layout.CHANNEL_PER_SPEAKER
    return Document(
        Transcript("3f2a91c4" * 8, "en", turns),
        "First call",
        "call.wav",
        6.0,
        recorded_at="2026-09-01T10:00:00",
        project="acme",
        roles={"Ann": "interviewer", "Ben": "customer"},
        layout=layout,
        speaker_channels={"Ann": 0 if apart else None, "Ben": 1 if apart else None},
    )


@pytest.fixture
def stereo(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "call.wav", columns(said("Ann"), said("Ben", level=0.02)))


@pytest.fixture
def mono(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "mono.wav", said("Ann") + said("Ben"))


def heard(samples: Samples, speaker: str) -> float:
    """Return how much of somebody's hum is in a channel."""
    place = np.arange(len(samples)) / RATE
    turned = samples * np.exp(-2j * np.pi * HERTZ[speaker] * place)
    return float(np.abs(np.convolve(turned, np.ones(320) / 320, "valid")).max())


def test_a_clip_has_its_words_with_room_and_no_part_of_others(stereo: Path) -> None:
    clip = clip_of(stereo, call(), Span(4.2, 4.6))
    assert clip.span.start == pytest.approx(4.05, abs=0.02)
    assert clip.span.end == pytest.approx(4.75, abs=0.02)
    assert clip.duration == pytest.approx(clip.span.duration, abs=1 / RATE)
    assert clip.samples.shape[1] == 2


@pytest.mark.parametrize("span", [Span(2.3, 3.7), Span(2.4, 3.6), Span(2.5, 3.5)])
def test_half_a_word_of_the_other_is_silenced_in_their_channel(stereo: Path, span: Span) -> None:
    clip = clip_of(stereo, call(), span)  # Ann ends "then?" 0.2 s into it
    assert clip.span.start == pytest.approx(2.15, abs=0.06)
    begin = round((2.9 - clip.span.start) * RATE)
    assert heard(clip.samples[:begin, 0], "Ann") < 0.005
    assert heard(clip.samples[:begin, 1], "Ben") > 0.05


def test_a_clip_of_overlapping_people_in_one_channel_begins_before_them(mono: Path) -> None:
    clip = clip_of(mono, call(Layout.MONO), Span(2.3, 3.7))
    edge = clip.samples[: round(0.02 * RATE), 0]
    assert 20 * np.log10(np.sqrt(np.mean(edge**2)) / np.abs(clip.samples).max()) < -30
    assert not 1.95 < clip.span.start < 2.9


def test_words_that_are_timed_wrongly_are_not_cut_where_they_sound(tmp_path: Path) -> None:
    wrong = Turn.of("Ann", [Word(1.0, 1.3, "So")])  # it sounds until 1.4
    document = replace(call(Layout.MONO), transcript=Transcript("ab", "en", (wrong,)))
    path = write_wav(tmp_path / "call.wav", said("Ann"))
    assert clip_of(path, document, Span(1.0, 1.3)).span.end > 1.4


def test_both_are_as_loud_however_they_were(stereo: Path) -> None:
    clip = clip_of(stereo, call(), Span(1.0, 3.7))
    ann, ben = heard(clip.samples[:, 0], "Ann"), heard(clip.samples[:, 1], "Ben")
    assert 20 * np.log10(ben / ann) == pytest.approx(0, abs=2.5)  # what they weigh as ears do
    assert np.abs(clip.samples).max() <= 10 ** (CEILING / 20) + 1e-3


@pytest.mark.parametrize(
    ("how", "columns_heard"),
    [
        (How(), ["Ann", "Ben"]),
        (How((1,)), ["Ben"]),
        (How((0,)), ["Ann"]),
        (How(mixed=True), ["both"]),
    ],
)
def test_the_channels_that_are_asked_for_are_heard(
    stereo: Path, how: How, columns_heard: list[str]
) -> None:
    clip = clip_of(stereo, call(), Span(1.0, 3.7), how)
    assert clip.samples.shape[1] == len(columns_heard)
    for column, who in enumerate(columns_heard):
        for speaker in HERTZ:
            loud = heard(clip.samples[:, column], speaker) > 0.03
            assert loud == (who in (speaker, "both"))


@pytest.mark.parametrize("how", [How(), How((0,)), How(mixed=True)])
def test_a_tone_stands_over_a_name_in_every_channel(stereo: Path, how: How) -> None:
    clip = clip_of(stereo, call(), Span(1.0, 3.7), replace(how, tones=(Span(1.45, 1.95),)))
    first, last = (round((time - clip.span.start) * RATE) for time in (1.47, 1.93))
    under = clip.samples[first:last]
    assert np.abs(under).max() == pytest.approx(0.1, abs=0.005)
    assert all(np.array_equal(under[:, 0], column) for column in under.T)


def test_a_tone_beyond_a_clip_changes_nothing(stereo: Path) -> None:
    plain = clip_of(stereo, call(), Span(4.2, 4.6))
    toned = clip_of(stereo, call(), Span(4.2, 4.6), How(tones=(Span(0, 1), Span(5, 6))))
    assert np.array_equal(plain.samples, toned.samples)


def test_a_clip_comes_and_goes_softly(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "hum.wav", tone(6.0, level=0.2))
    clip = clip_of(
        path, replace(call(Layout.MONO), transcript=Transcript("ab", "en", ())), Span(2, 3)
    )
    fade = round(FADE * RATE)
    for end in (clip.samples[:, 0], clip.samples[::-1, 0]):
        assert np.abs(end[: fade // 4]).max() < 0.3 * np.abs(end[fade : 3 * fade]).max()


@pytest.mark.parametrize("length", [0.02, 0.1, 0.3])
def test_a_passage_shorter_than_a_block_of_loudness_is_cut(stereo: Path, length: float) -> None:
    clip = clip_of(stereo, call(), Span(5.2, 5.2 + length))
    assert length <= clip.duration < length + 0.4


def test_the_first_and_the_last_word_of_a_file_are_whole(tmp_path: Path) -> None:
    turn = Turn.of("Ann", [Word(0.0, 0.4, "So"), Word(0.5, 1.0, "what?")])
    path = write_wav(tmp_path / "call.wav", tone(1.0))
    clip = clip_of(
        path, replace(call(Layout.MONO), transcript=Transcript("ab", "en", (turn,))), turn
    )
    assert (clip.span.start, clip.span.end) == pytest.approx((0.0, 1.0), abs=0.03)


def test_a_passage_beyond_the_sound_is_said(stereo: Path) -> None:
    with pytest.raises(AudioError, match=r"there is no audio at 2\d\.\d s"):
        clip_of(stereo, call(), Span(30, 31))


# --- tracks ---------------------------------------------------------------------------------


def tracks(folder: Path) -> Path:
    folder.mkdir()
    write_wav(folder / "ann.wav", said("Ann"))
    ben = np.repeat(said("Ben")[: 4 * RATE], 3)  # at three times the rate, and over earlier
    write_wav(folder / "ben.wav", ben, 3 * RATE)
    return folder


def test_of_a_folder_of_tracks_each_is_a_channel(tmp_path: Path) -> None:
    folder = tracks(tmp_path / "call")
    clip = clip_of(folder, call(), Span(1.0, 3.7), How((1,)))
    assert (clip.rate, clip.samples.shape[1]) == (3 * RATE, 1)
    assert clip_of(folder, call(), Span(1.0, 3.7)).samples.shape[1] == 2
    late = clip_of(folder, call(), Span(4.2, 4.6))
    assert np.abs(late.samples[:, 0]).max() > 0.05
    assert np.abs(late.samples[:, 1]).max() < 0.01


def test_a_folder_of_tracks_that_have_all_ended_is_said(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="there is no audio at"):
        clip_of(tracks(tmp_path / "call"), call(), Span(20, 21))


def test_more_channels_than_two_ears_are_mixed(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "room.wav", columns(*[said("Ann")] * 4))
    room = call(Layout.ROOM)
    assert clip_of(path, room, Span(1.0, 2.5)).samples.shape[1] == 1
    assert clip_of(path, room, Span(1.0, 2.5), How((3,))).samples.shape[1] == 1


# --- what channels are called ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "how"),
    [
        (None, How()),
        ("both", How()),
        (" Both ", How()),
        ("mix", How(mixed=True)),
        ("1", How((0,))),
        ("2", How((1,))),
        ("Ben", How((1,))),
        ("ben", How((1,))),
        ("customer", How((1,))),
        ("Interviewer", How((0,))),
    ],
)
def test_channels_are_named_by_number_speaker_and_role(name: str | None, how: How) -> None:
    assert channels_named(call(), name) == how


@pytest.mark.parametrize("name", ["bob", "0", "", "-1", "½"])
def test_a_channel_of_nobody_is_said_with_those_that_there_are(name: str) -> None:
    with pytest.raises(UsageError, match=r"There are: Ann, Ben, 1, 2, both, mix\.") as caught:
        channels_named(call(), name or "?")
    assert str(caught.value).startswith("--channel ")


def test_who_has_no_channel_to_themselves_is_said() -> None:
    with pytest.raises(UsageError, match="Ben has no channel alone in First call"):
        channels_named(call(Layout.MONO), "Ben")


def test_a_channel_that_a_recording_has_not_is_said(stereo: Path, mono: Path) -> None:
    with pytest.raises(UsageError, match="--channel 3: First call has 2 channels"):
        clip_of(stereo, call(), Span(1, 2), How((2,)))
    with pytest.raises(UsageError, match="--channel 2: First call has one channel"):
        clip_of(mono, call(Layout.MONO), Span(1, 2), How((1,)))


# --- tags -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "who"), [(How(), "Ann, Ben"), (How((1,)), "Ben"), (How(mixed=True), "Ann, Ben")]
)
def test_a_clip_says_who_speaks_where_and_when(how: How, who: str) -> None:
    assert tags_of(call(), Span(1.234, 3.849), how) == Tags(
        "First call, 00:01-00:03",
        who,
        "acme",
        "2026-09-01",
        "3f2a91c4@00:01.23-00:03.85 of First call. "
        "To hear it there: relisten play 3f2a91c4@00:01.23-00:03.85",
    )


def test_what_is_not_known_is_not_said() -> None:
    bare: Any = replace(call(), recorded_at=None, project=None)
    tags = tags_of(bare, Span(5, 6), How())
    assert (tags.artist, tags.album, tags.date) == ("", "", "")
    assert set(tags.known) == {"title", "comment"}
