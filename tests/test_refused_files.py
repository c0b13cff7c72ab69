"""What is refused before a decoder sees it, and what no file may make us open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.mutations import KINDS
from pipeline.audio import HEAD, decode, probe
from pipeline.errors import AudioError, DamagedAudio, NoAudio
from pipeline.sources import FORMATS, FFmpegSource
from pipeline.transcript import Span
from tests.sounds import columns, speech, write_wav, write_with_av

HLS = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{}\n#EXT-X-ENDLIST\n"
CONCAT = "ffconcat version 1.0\nfile '{}'\n"
PLS = "[playlist]\nFile1={}\nNumberOfEntries=1\n"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Return a recording that nobody named."""
    return write_with_av(tmp_path / "secret.flac", speech(2), 16_000, KINDS["flac"])


@pytest.mark.parametrize("suffix", [".m4a", ".wav", ".m3u8", ".txt"])
@pytest.mark.parametrize("text", [HLS, CONCAT, PLS, f"\ufeff{HLS}", HLS.lower()])
def test_a_list_of_recordings_is_not_followed(
    tmp_path: Path, secret: Path, text: str, suffix: str
) -> None:
    path = tmp_path / f"list{suffix}"
    path.write_text(text.format(secret.name), encoding="utf-8")
    for read in (probe, decode):
        with pytest.raises(NoAudio, match="it is a list of other recordings"):
            read(path)


@pytest.mark.parametrize("text", [HLS, CONCAT])
def test_no_list_is_followed_that_does_not_look_like_one(
    tmp_path: Path, secret: Path, text: str
) -> None:
    """Whatever is made of its beginning, FFmpeg is told which formats it may try."""
    path = tmp_path / "list.m3u8"
    path.write_text(text.format(secret.name), encoding="utf-8")
    with pytest.raises(DamagedAudio):
        FFmpegSource(path)


def test_no_format_may_be_tried_that_names_other_files() -> None:
    assert not {"hls", "concat", "dash", "sdp", "rtsp", "image2", "lavfi"} & set(FORMATS.split())


def test_every_format_that_may_be_tried_is_one_that_ffmpeg_knows() -> None:
    from av.format import formats_available

    assert set(FORMATS.split()) <= set(formats_available)


@pytest.mark.parametrize(
    "name", ["http:nowhere.flac", "concat:a|b.flac", "frame%d.flac", "data:x.flac", "-i.flac"]
)
def test_a_name_is_never_taken_for_an_address_or_a_pattern(
    tmp_path: Path, secret: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    secret.rename(name)
    assert probe(Path(name)).codec == "flac"
    with decode(Path(name)) as audio:
        assert audio.duration == pytest.approx(2, abs=0.05)


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_a_name_need_not_be_unicode(secret: Path) -> None:
    odd = secret.rename(secret.with_name(os.fsdecode(b"not \xff utf8.flac")))
    assert probe(odd).duration == pytest.approx(2)


@pytest.mark.parametrize("suffix", [".wav", ".mp3", ".aac", ".gsm", ".m4a"])
def test_a_file_of_zeros_is_refused_without_being_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"zeros{suffix}"
    with path.open("wb") as file:
        file.truncate(10 * 1024**3)
    with pytest.raises(NoAudio, match=r"nothing but zeros.*Copy it again"):
        decode(path)


def test_silence_is_no_file_of_zeros(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "silence.wav", 0 * speech(20))
    assert path.stat().st_size > HEAD
    with decode(path) as audio:
        assert audio.duration == 20


@pytest.mark.parametrize("head", [b"ID3", b"\xff\xfb", b"\xff\xf3"])
def test_libsndfile_is_not_asked_for_what_looks_like_mpeg(
    tmp_path: Path, head: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its decoder would write warnings past Python."""
    path = tmp_path / "song.m4a"
    path.write_bytes(head + bytes([0x90, 0x64, *range(200)]) * 20)
    with pytest.raises(AudioError):
        decode(path)
    assert capfd.readouterr().err == ""


def test_libsndfile_that_cannot_seek_is_a_sentence(tmp_path: Path) -> None:
    """A FLAC file without its frames, which FFmpeg does not open at all."""
    whole = write_with_av(
        tmp_path / "whole.flac", columns(speech(2), speech(2)), 16_000, KINDS["flac"]
    ).read_bytes()
    for cut in range(40, 120, 4):
        path = tmp_path / f"{cut}.flac"
        path.write_bytes(whole[:cut])
        with pytest.raises(AudioError, match=str(path)):
            decode(path)


def test_a_passage_of_such_a_file_is_empty(tmp_path: Path) -> None:
    from pipeline.sources import SoundFileSource

    source = SoundFileSource(write_wav(tmp_path / "call.wav", speech(2)))
    source._file.close()
    with pytest.raises((AudioError, RuntimeError)):
        list(source.blocks(16_000, Span(0, 1)))
