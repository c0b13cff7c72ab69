"""clip and play as they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

import cli
from pipeline.errors import RelistenError
from pipeline.highlights import Highlight
from pipeline.library import Library
from pipeline.transcript import SpeakerSpan
from tests.commands import Ran, run
from tests.libraries import MADE, fill, recording
from tests.sounds import columns, speech, write_wav
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Return a library of one call of 20 s, each person in a channel of their own."""
    folder = tmp_path / "library"
    sound = write_wav(tmp_path / "call.wav", columns(speech(20.0), speech(20.0, seed=1)))
    with Library(folder, create=True) as opened:
        facts = {"title": "Acme call", "duration": 20.0, "project": "Acme"}
        kept = recording("3f2a91c4" * 8, path=sound, size=sound.stat().st_size, **facts)
        said = (
            turn("What about the price?", "interviewer", 2.0),
            turn("It is dear. It is far too dear for us. We pay Delaney.", "customer", 5.0),
        )
        fill(opened, kept, *said)
        channels = {"interviewer": 0, "customer": 1}
        spans = [
            SpeakerSpan(t.start, t.end, str(t.speaker), channels[str(t.speaker)]) for t in said
        ]
        opened.store_speakers(kept.id, spans, (), MADE)
        opened.store_turns(kept.id, said, MADE)
        opened.add_highlights(kept.id, [Highlight(5.9, 8.4, 0, "It is far too dear for us.")])
    return folder


def typed(library: Path, *words: object) -> Ran:
    """Run a command in this process, which is soon done; the command line only says the error."""
    done = CliRunner().invoke(cli.relisten, ["--library", str(library), *map(str, words)])
    if isinstance(done.exception, RelistenError):
        return Ran(done.exception.exit_code, done.stdout, f"{done.stderr}{done.exception}\n")
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Ran(done.exit_code, done.stdout, done.stderr)


def clip(library: Path, what: str, name: str, *more: str) -> Ran:
    return typed(library, "clip", what, "-o", library.parent / name, *more)


def test_a_clip_of_a_hit_is_its_sentence(library: Path) -> None:
    typed(library, "search", "far")
    done = clip(library, "1", "quote.wav")
    made = soundfile.SoundFile(library.parent / "quote.wav")
    assert (done.code, done.err) == (0, "")
    assert (
        done.out == f"{library.parent / 'quote.wav'}: 00:05.9-00:08 of Acme call, customer, "
        f"{made.frames / 16_000:.1f} s, cut between words\n"
    )
    assert 2.0 < made.frames / 16_000 < 3.5  # the middle one of three
    assert made.channels == 2
    tags = made.copy_metadata()
    assert (tags["artist"], tags["album"], tags["date"]) == ("customer", "Acme", "2026-09-01")
    assert tags["title"].startswith("Acme call, 00:05-")
    assert "relisten play 3f2a91c4@00:05" in tags["comment"]


@pytest.mark.parametrize("what", ["3f2a91c4:1", " Acme call : 1", "3f2a91c4@5.9-8.4"])
def test_a_highlight_is_cut_as_its_passage_is(library: Path, what: str) -> None:
    assert clip(library, what, "quote.wav").code == 0
    assert 2.0 < soundfile.info(library.parent / "quote.wav").duration < 3.8


def test_a_passage_begins_with_the_turn_that_is_shown_there(library: Path) -> None:
    clip(library, "3f2a91c4@0:05-0:08", "quote.wav")
    assert soundfile.info(library.parent / "quote.wav").duration > 3.5  # to the turn's end, 8.9


@pytest.mark.parametrize(
    ("channel", "channels"), [("both", 2), ("mix", 1), ("2", 1), ("customer", 1)]
)
def test_the_channels_are_chosen(library: Path, channel: str, channels: int) -> None:
    done = clip(library, "3f2a91c4@0:05-0:08", "quote.wav", "--channel", channel)
    assert done.code == 0
    assert soundfile.info(library.parent / "quote.wav").channels == channels


def test_where_the_recording_is_gone_its_copy_is_cut(library: Path) -> None:
    call = library.parent / "call.wav"
    with Library(library) as opened:
        copy = opened.copy_path("3f2a91c4" * 8)
    copy.parent.mkdir(exist_ok=True)
    write_wav(copy, columns(speech(20.0), speech(20.0, seed=1)))
    call.unlink()
    done = clip(library, "3f2a91c4@0:05-0:08", "quote.wav")
    assert done.code == 0
    assert done.err == f"the recording itself is not at {call}; this is its listening copy\n"


@pytest.mark.parametrize(
    ("what", "code", "told"),
    [
        ("3f2a91c4", 2, "'3f2a91c4' is no passage. Write a hit's number, ID@12:34,"),
        ("3f2a91c4:x", 2, "'3f2a91c4:x' is no passage."),
        ("9" * 20, 2, f"'{'9' * 20}' is no passage."),
        ("3f2a91c4:7", 1, "there is no highlight 7 in Acme call. See which there are: relisten"),
        ("9:1", 1, ""),
        ("4", 1, "the last search listed no hit 4."),
        ("3f2a91c4@0:08-0:05", 2, "a passage ends after it begins"),
        ("3f2a91c4@1:00-1:05", 2, "the recording ends at 00:20, before 01:00."),
    ],
)
def test_what_is_no_passage_is_said(library: Path, what: str, code: int, told: str) -> None:
    done = clip(library, what, "quote.wav")
    assert (done.code, done.out) == (code, "")
    assert told in done.err
    assert len(done.err.splitlines()) == 1
    assert not (library.parent / "quote.wav").exists()


def test_where_to_write_has_to_be_said(library: Path) -> None:
    done = typed(library, "clip", "3f2a91c4@0:05-0:08")
    assert (done.code, done.err) == (2, "where to? Name a file, as -o quote.mp3.\n")


def test_a_folder_that_is_not_there_is_said(library: Path) -> None:
    done = clip(library, "3f2a91c4@0:05-0:08", "away/quote.wav")
    assert (done.code, "there is no folder" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("channel", "told"), [("bob", "nobody is called"), ("3", "has 2 channels")]
)
def test_a_channel_that_there_is_not_is_said(library: Path, channel: str, told: str) -> None:
    done = clip(library, "3f2a91c4@0:05-0:08", "quote.wav", "--channel", channel)
    assert done.code == 2
    assert told in done.err


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_neither_a_recording_nor_its_copy_is_written_over(
    library: Path, force: tuple[str, ...]
) -> None:
    before = (library.parent / "call.wav").read_bytes()
    target = library.parent / "call.wav"
    done = run("--library", library, "clip", "3f2a91c4@0:05-0:08", "-o", target, *force)
    assert (done.code, "recordings are never written over" in done.err) == (2, True)
    assert (library.parent / "call.wav").read_bytes() == before


def test_a_clip_is_written_over_only_by_force(library: Path) -> None:
    (library.parent / "quote.wav").write_bytes(b"mine")
    assert clip(library, "3f2a91c4@0:05-0:08", "quote.wav").code == 2
    assert (library.parent / "quote.wav").read_bytes() == b"mine"
    assert clip(library, "3f2a91c4@0:05-0:08", "quote.wav", "--force").code == 0


def test_what_is_played_is_written_from_a_little_before_it(library: Path) -> None:
    target = library.parent / "heard.mp3"
    done = typed(library, "play", "3f2a91c4:1", "-o", target)
    assert done.out == f"{target}: 00:05.9-00:08.4 of Acme call, customer, 2.5 s\n"
    moment = typed(library, "play", "3f2a91c4@0:05", "-o", target, "--force")
    assert moment.out == f"{target}: 00:04-00:20 of Acme call, customer, 16.0 s\n"


def test_a_name_is_under_a_tone_and_in_no_tag(library: Path) -> None:
    refused = clip(library, "3f2a91c4@0:05-0:08", "quote.wav", "--redact")
    assert refused.code == 2
    assert "relisten pseudonyms --project" in refused.err
    names = ("--set", "Acme call=Company A", "--set", "Acme=Company A", "--add", "Delaney")
    assert typed(library, "pseudonyms", "--project", "Acme", *names, "--accept").code == 0
    assert clip(library, "3f2a91c4@0:05-0:08", "quote.wav", "--redact").code == 0
    with soundfile.SoundFile(library.parent / "quote.wav") as made:
        heard, told = made.read(), " ".join(made.copy_metadata().values())
    assert "Acme" not in told
    same = np.isclose(heard[:, 0], heard[:, 1], atol=1e-4) & (np.abs(heard[:, 0]) > 0.01)
    assert 0.3 < same.sum() / 16_000 < 0.8  # her name, 0.3 s, padded
