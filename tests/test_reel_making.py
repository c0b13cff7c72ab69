"""A reel put together from recordings of unlike rates and channels: what is where in it."""

from __future__ import annotations

import json
import subprocess
import tracemalloc
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile

from pipeline.audio import read_passage
from pipeline.clips import at_rate
from pipeline.errors import AudioError, NotFound, RelistenError, UsageError
from pipeline.recording import Layout
from pipeline.reels import making, material
from pipeline.reels.excerpts import Limits, Order
from pipeline.reels.finding import Sought
from pipeline.reels.making import Plan, Shape, drafted, made, planned
from pipeline.reels.tape import RATE, Between, seconds_between
from pipeline.reels.writing import all_targets, check, sound_beside
from pipeline.transcript import Span, Turn
from tests.libraries import fill, recording
from tests.sounds import columns, lag, speech, write_wav
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.export import Document
    from pipeline.library import Library
    from pipeline.recording import Recording
    from pipeline.reels.cues import Reel
    from pipeline.transcript import Word

EXACT = 0.01  # seconds
PRICE = Sought("price")
FIRST = (
    turn("What about the price?", "interviewer", 2.0),
    turn("It is late here.", "Ann Lee", 5.0),
    turn("The price is fair. So is the paper.", "Ann Lee", 8.0),
    turn("Paper gets lost.", "Ann Lee", 12.0),
)
SECOND = (turn("The price went up.", "Ben", 1.5), turn("Yes.", "Ann Lee", 6.0))


def spoken(turns: Sequence[Turn], seconds: float, rate: int, seed: int) -> NDArray[np.float32]:
    """Return something like speech while turns are going on, and faint noise else."""
    sound = np.random.default_rng(seed).normal(0, 0.0005, round(seconds * rate))
    for place, each in enumerate(turns):
        heard = speech(each.duration, rate, level=0.15, seed=seed + place)
        start = round(each.start * rate)
        sound[start : start + len(heard)] += heard
    return sound.astype(np.float32)


def put(library: Library, folder: Path, kept: Recording, turns: Sequence[Turn]) -> Recording:
    """Put a recording with its sound into a library: a channel for each person, or one for all."""
    rate, seconds = kept.sample_rate, kept.duration
    speakers = list(dict.fromkeys(each.speaker for each in turns))[: kept.channels]
    own = [
        [each for each in turns if kept.channels == 1 or each.speaker == name] for name in speakers
    ]
    sides = (spoken(said, seconds, rate, seed=7 * n) for n, said in enumerate(own))
    sound = write_wav(folder / f"{kept.title}.wav", columns(*sides), rate)
    there = replace(kept, path=sound, size=sound.stat().st_size)
    return fill(library, there, *turns)


@pytest.fixture
def calls(library: Library, tmp_path: Path) -> Library:
    """Return a library of two calls: two channels at 16 kHz, and one at 44.1."""
    plain = {"duration": 15.0, "sample_rate": 16_000, "project": "acme"}
    first = recording("ab" * 32, title="harbour", **plain)
    put(library, tmp_path, first, FIRST)
    later = {**plain, "sample_rate": 44_100, "recorded_at": "2026-09-02T10:00:00"}
    second = recording("cd" * 32, title="canyon", channels=1, layout=Layout.MONO, **later)
    put(library, tmp_path, second, SECOND)
    return library


def write(library: Library, *targets: Path, shape: Shape | None = None) -> Reel:
    shape = shape or Shape()
    return made(library, planned(library, PRICE, shape), shape, targets)


def probed(path: Path, *wanted: str) -> Any:
    asked = ["ffprobe", "-v", "error", "-of", "json", *wanted, str(path)]
    return json.loads(subprocess.run(asked, capture_output=True, check=True).stdout)


def listened(path: Path) -> NDArray[np.float32]:
    """Return what is heard in a reel of one channel."""
    heard, rate = soundfile.read(path, dtype="float32", always_2d=True)
    assert (rate, heard.shape[1]) == (RATE, 1)
    return np.asarray(heard[:, 0], dtype=np.float32)


def mixed(library: Library, identity: str, span: Span) -> NDArray[np.float32]:
    """Return a passage of a recording in one channel at the rate of reels."""
    kept = library.get(identity)
    assert kept
    samples, rate = read_passage(kept.path, span)
    return at_rate(samples.sum(axis=1, keepdims=True, dtype=np.float32), rate, RATE)[:, 0]


# --- what is where ---------------------------------------------------------------------------


def test_every_passage_is_where_its_cue_says(calls: Library, tmp_path: Path) -> None:
    target = tmp_path / "reel.wav"
    reel = write(calls, target)
    heard = listened(target)
    assert len(heard) / RATE == pytest.approx(reel.duration, abs=1 / RATE)
    assert [cue.text for cue in reel.cues] == [
        "What about the price?",
        "The price is fair.",
        "The price went up.",
    ]
    for cue in reel.cues:
        part = heard[round(cue.start * RATE) : round(cue.end * RATE)]
        source = mixed(calls, cue.recording, cue.source)
        assert len(part) == pytest.approx(len(source), abs=EXACT * RATE)
        assert abs(lag(part, source, RATE)) < EXACT


@pytest.mark.parametrize("kind", list(Between))
def test_passages_follow_each_other_with_the_same_between(
    calls: Library, tmp_path: Path, kind: Between
) -> None:
    reel = write(calls, tmp_path / "reel.wav", shape=Shape(between=kind))
    assert reel.cues[0].start == 0.0
    for before, after in zip(reel.cues, reel.cues[1:], strict=False):
        assert after.start - before.end == pytest.approx(seconds_between(kind), abs=1e-4)
        assert before.duration == pytest.approx(before.source.duration, abs=EXACT)


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".ogg", ".opus"])
def test_ffprobe_reads_a_chapter_for_each_passage(
    calls: Library, tmp_path: Path, suffix: str
) -> None:
    target = tmp_path / f"reel{suffix}"
    reel = write(calls, target)
    found = probed(target, "-show_chapters")["chapters"]
    assert [each["tags"]["title"] for each in found] == [cue.heading for cue in reel.cues]
    assert [cue.heading for cue in reel.cues] == [
        "interviewer, harbour, 00:02",
        "Ann Lee, harbour, 00:08",
        "Ben, canyon, 00:01",
    ]
    for each, cue in zip(found, reel.cues, strict=True):
        assert float(each["start_time"]) == pytest.approx(cue.start, abs=EXACT)
    ends = [float(each["end_time"]) for each in found]
    assert ends[:-1] == pytest.approx([cue.start for cue in reel.cues[1:]], abs=EXACT)


def test_a_reel_says_what_it_is(calls: Library, tmp_path: Path) -> None:
    write(calls, tmp_path / "reel.mp3")
    tags = probed(tmp_path / "reel.mp3", "-show_format")["format"]["tags"]
    assert tags["title"] == "price"
    assert tags["artist"] == "interviewer, Ann Lee, Ben"
    assert tags["album"] == "acme"
    assert "date" not in tags  # they were recorded on two days
    assert tags["comment"].startswith("3 passages of 2 recordings, ")


def test_all_passages_are_as_loud(calls: Library, tmp_path: Path) -> None:
    target = tmp_path / "reel.wav"
    reel = write(calls, target)
    heard = listened(target)
    levels = [
        20 * np.log10(heard[round(cue.start * RATE) : round(cue.end * RATE)].std())
        for cue in reel.cues
    ]
    assert max(levels) - min(levels) < 3.0


def test_a_room_in_two_channels_stays_in_two(calls: Library, tmp_path: Path) -> None:
    room = recording("ef" * 32, title="room", duration=8.0, sample_rate=16_000, layout=Layout.ROOM)
    put(calls, tmp_path, room, (turn("The price, I said.", "Zoe", 2.0), SECOND[1]))
    write(calls, tmp_path / "reel.flac")
    (stream,) = probed(tmp_path / "reel.flac", "-show_streams")["streams"]
    assert stream["channels"] == 2


# --- which, and how many ---------------------------------------------------------------------


def test_a_draft_is_about_what_is_written(calls: Library, tmp_path: Path) -> None:
    plan = planned(calls, PRICE, Shape())
    draft = drafted(calls, plan, Shape())
    reel = made(calls, plan, Shape(), [tmp_path / "reel.wav"])
    assert [cue.text for cue in draft.cues] == [cue.text for cue in reel.cues]
    assert draft.duration == pytest.approx(reel.duration, abs=0.5 * len(reel.cues))


def test_a_reel_is_no_longer_than_is_allowed(calls: Library, tmp_path: Path) -> None:
    shape = Shape(Limits(seconds=5.5))
    reel = write(calls, tmp_path / "reel.wav", shape=shape)
    assert len(reel.cues) == 2
    assert reel.duration <= 5.5


def test_the_newest_recording_may_come_first(calls: Library) -> None:
    plan = planned(calls, PRICE, Shape(order=Order.DATE))
    assert [each.recording.title for each in plan.excerpts] == ["canyon", "harbour", "harbour"]


def test_where_no_passage_is_short_enough_that_is_said(calls: Library) -> None:
    with pytest.raises(NotFound, match="longer than that"):
        planned(calls, PRICE, Shape(Limits(seconds=1.0)))


# --- what cannot be heard --------------------------------------------------------------------


def test_a_recording_that_is_gone_is_left_out_and_named(calls: Library, tmp_path: Path) -> None:
    (tmp_path / "harbour.wav").unlink()
    reel = write(calls, tmp_path / "reel.wav")
    assert [cue.title for cue in reel.cues] == ["canyon"]
    assert len(reel.notes) == 1
    assert reel.notes[0].startswith("harbour: left out, as ")
    assert "the recording is not there any more" in reel.notes[0]


def test_where_all_are_gone_there_is_no_reel(calls: Library, tmp_path: Path) -> None:
    for name in ("harbour.wav", "canyon.wav"):
        (tmp_path / name).unlink()
    with pytest.raises(AudioError, match="not there any more"):
        write(calls, tmp_path / "reel.wav")
    assert not (tmp_path / "reel.wav").exists()


def test_a_passage_that_cannot_be_read_is_left_out_and_the_rest_goes_on(
    calls: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = making.cut

    def failing(material: Any, span: Span, channels: int) -> Any:
        if span.start > 5 and material.document.title == "harbour":
            raise AudioError("there is no audio at 6.4 s.")
        return whole(material, span, channels)

    monkeypatch.setattr(making, "cut", failing)
    reel = write(calls, tmp_path / "reel.wav")
    assert [(cue.number, cue.title) for cue in reel.cues] == [(1, "harbour"), (2, "canyon")]
    assert reel.notes == ("harbour at 00:08 is left out, as there is no audio at 6.4 s.",)


def test_nothing_is_written_where_nothing_can_be_read(
    calls: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise AudioError("it is damaged.")

    monkeypatch.setattr(making, "cut", failing)
    with pytest.raises(AudioError, match="it is damaged"):
        write(calls, tmp_path / "reel.wav")
    assert not (tmp_path / "reel.wav").exists()


def test_memory_does_not_grow_with_the_passages(
    calls: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(calls, PRICE, Shape())
    long = np.zeros((20 * RATE, 1), dtype=np.float32)
    monkeypatch.setattr(making, "cut", lambda *_: (long.copy(), Span(0.0, 20.0)))

    def most(times: int) -> int:
        many = Plan(plan.title, plan.excerpts * times, ())
        tracemalloc.start()
        made(calls, many, Shape(), [tmp_path / "reel.wav"])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    assert most(10) - most(1) < long.nbytes  # ten minutes more take less than a passage


# --- without names ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FakeRedaction:
    """Pseudonyms: Ann Lee is P07, and nobody is to hear the word "fair"."""

    def text(self, text: str) -> str:
        return text.replace("Ann Lee", "P07").replace("fair", "[fair]").replace("price", "[price]")

    def document(self, document: Document, folder: Path | None) -> Document:
        assert (document.copy, document.peaks, folder) == (None, None, None)
        turns = [
            Turn.of(self.text(each.speaker or ""), [self._word(word) for word in each.words])
            for each in document.transcript.turns
        ]
        said = replace(document.transcript, turns=tuple(turns))
        return replace(document, transcript=said, title=self.text(document.title))

    def _word(self, word: Word) -> Word:
        return replace(word, text=self.text(word.text))

    def tones(self, document: Document) -> tuple[Span, ...]:
        return tuple(
            Span(word.start, word.end)
            for each in document.transcript.turns
            for word in each.words
            if "fair" in word.text
        )


@pytest.fixture
def nameless(monkeypatch: pytest.MonkeyPatch) -> Shape:
    """Return how a reel is without names."""
    for module in (making, material):
        monkeypatch.setattr(module, "redactions", lambda _: lambda _: FakeRedaction())
    return Shape(redact=True)


def test_no_name_and_no_source_is_in_a_redacted_reel(
    calls: Library, tmp_path: Path, nameless: Shape
) -> None:
    targets = [tmp_path / f"reel{suffix}" for suffix in (".mp3", ".md", ".csv", ".m3u", ".html")]
    reel = write(calls, *targets, shape=nameless)
    assert reel.title == "[price]"
    assert [cue.speaker for cue in reel.cues] == ["interviewer", "P07", "Ben"]
    assert {cue.title for cue in reel.cues} == {"Recording abababab", "Recording cdcdcdcd"}
    tags = json.dumps(probed(targets[0], "-show_format", "-show_chapters"))
    told = [tags, *(target.read_text(encoding="utf-8") for target in targets[1:])]
    for text in told:
        assert "Ann Lee" not in text
        assert "harbour" not in text
        assert "canyon.wav" not in text
        assert str(calls.folder.parent) not in text.replace(str(targets[0]), "")
    assert targets[3].read_text(encoding="utf-8").count("\nreel.mp3") == 3


def test_a_tone_stands_where_nobody_is_to_hear_a_word(
    calls: Library, tmp_path: Path, nameless: Shape
) -> None:
    plain = write(calls, tmp_path / "plain.wav")
    hidden = write(calls, tmp_path / "hidden.wav", shape=nameless)
    (word,) = (word for turn in FIRST for word in turn.words if "fair" in word.text)
    sounds = [listened(tmp_path / name) for name in ("plain.wav", "hidden.wav")]

    def alike(reel: Reel, span: Span) -> float:
        cue = reel.cues[1]
        start = round((cue.start + span.start - cue.source.start) * RATE)
        plainly, now = (sound[start : start + round(span.duration * RATE)] for sound in sounds)
        return abs(float(np.corrcoef(plainly, now)[0, 1]))

    assert [cue.start for cue in plain.cues] == [cue.start for cue in hidden.cues]
    assert alike(hidden, word) < 0.2
    assert alike(hidden, Span(word.start - 0.8, word.start - 0.1)) > 0.99


# --- files -----------------------------------------------------------------------------------


def test_sound_comes_with_a_sheet_that_names_it(calls: Library, tmp_path: Path) -> None:
    targets = all_targets([tmp_path / "reel.mp3"])
    assert targets == (tmp_path / "reel.mp3", tmp_path / "reel.md")
    write(calls, *targets)
    assert "Sound: reel.mp3" in targets[1].read_text(encoding="utf-8")


def test_who_names_a_sheet_or_a_page_gets_no_other(tmp_path: Path) -> None:
    asked = [tmp_path / "reel.mp3", tmp_path / "reel.html", tmp_path / "reel.mp3"]
    assert all_targets(asked) == (tmp_path / "reel.mp3", tmp_path / "reel.html")
    assert all_targets([tmp_path / "cues.csv"]) == (tmp_path / "cues.csv",)


def test_a_sheet_elsewhere_finds_the_sound(tmp_path: Path) -> None:
    targets = [tmp_path / "sound" / "reel.mp3", tmp_path / "cues.m3u"]
    assert sound_beside(targets[1], targets).replace("\\", "/") == "sound/reel.mp3"
    assert sound_beside(targets[1], targets[1:]) == ""


@pytest.mark.parametrize("name", ["reel.doc", "reel", "reel.mp4"])
def test_what_is_not_written_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="a reel is written as"):
        all_targets([tmp_path / name])


@pytest.mark.parametrize("name", ["reel.mp3", "reel.md", "reel.html"])
def test_no_file_is_written_over_unasked(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"mine")
    with pytest.raises(UsageError, match="it exists already"):
        check([tmp_path / name], [], force=False, redact=False)
    check([tmp_path / name], [], force=True, redact=False)


@pytest.mark.parametrize("name", ["reel.mp3", "reel.md", "reel.html"])
def test_a_folder_that_is_not_there_is_told_before_anything_is_cut(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        check([tmp_path / "nowhere" / name], [], force=True, redact=False)


def test_no_recording_is_written_over_even_by_force(calls: Library, tmp_path: Path) -> None:
    kept = [each.path for each in calls.recordings()]
    with pytest.raises(UsageError, match="recordings are never written over"):
        check([tmp_path / "harbour.wav"], kept, force=True, redact=False)


def test_a_list_of_a_redacted_reel_needs_its_sound(tmp_path: Path) -> None:
    lists = [tmp_path / "cues.m3u"]
    with pytest.raises(UsageError, match="Write that too"):
        check(lists, [], force=False, redact=True)
    check([*lists, tmp_path / "reel.mp3"], [], force=False, redact=True)
    check(lists, [], force=False, redact=False)


@pytest.mark.parametrize("name", ["reel.mp3", "reel.md"])
def test_where_nothing_can_be_written_that_is_said(
    calls: Library, tmp_path: Path, name: str
) -> None:
    with pytest.raises(RelistenError, match="cannot be written there"):
        write(calls, tmp_path / "nowhere" / name)
