"""Files as they should not be: recordings with something changed, odd names, and odd places.

Everything is drawn from a seed. The files of the project's own speech are only read.
"""

from __future__ import annotations

import os
import random
import socket
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path

import numpy as np

from tests.sounds import Writing, columns, write_wav, write_with_av

RATE = 16_000
SECRET = "secret.flac"  # what playlists name; it must never be opened for them
SPARSE = 10 * 1024**3  # bytes
BOMB = 200 * 1024**2  # bytes that a small archive unpacks to
DEEP = 200  # folders within each other
KINDS = {
    "wav": Writing("wav", "pcm_s16le"),
    "flac": Writing("flac", "flac"),
    "mp3": Writing("mp3", "mp3"),
    "ogg": Writing("ogg", "flac"),
    "opus": Writing("ogg", "libopus"),
    "m4a": Writing("ipod", "aac"),
    "mov": Writing("mov", "alac"),
    "mkv": Writing("matroska", "flac"),
    "webm": Writing("webm", "libopus"),
    "avi": Writing("avi", "mp3", picture=True),
    "mp4": Writing("mp4", "aac", picture=True),
    "wma": Writing("asf", "wmav2"),
    "aiff": Writing("aiff", "pcm_s16be"),
    "caf": Writing("caf", "pcm_s16le"),
    "w64": Writing("w64", "pcm_s16le"),
    "au": Writing("au", "pcm_s16be"),
    "aac": Writing("adts", "aac"),
    "ts": Writing("mpegts", "aac"),
    "wv": Writing("wv", "wavpack"),
    "tta": Writing("tta", "tta"),
}
ALIKE = {"fflags": "bitexact"}  # FFmpeg would draw numbers at random


class Ends(StrEnum):
    """What must become of a file."""

    DONE = "done"
    REFUSED = "refused"
    EITHER = "either"  # who knows what is left of it


@dataclass(frozen=True, slots=True)
class Mutation:
    """A file or folder to be processed, what is odd about it, and how that must end."""

    path: Path
    kind: str
    ends: Ends = Ends.EITHER
    unreadable: bool = False


Sound = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
Change = Callable[[bytes, random.Random], bytes]


def write_all_kinds(folder: Path, sound: Sound) -> list[Path]:
    """Write a sound, (n_samples, 2) at 16 kHz, as a file of each kind."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        write_with_av(folder / f"well.{suffix}", sound, RATE, replace(how, options=ALIKE))
        for suffix, how in KINDS.items()
    ]


# Bytes changed


def flipped(data: bytes, draw: random.Random, within: int | None = None) -> bytes:
    """Return data with some bits the other way, maybe only at its beginning."""
    changed = bytearray(data)
    for _ in range(draw.choice([1, 3, 10, 100])):
        changed[draw.randrange(min(within or len(data), len(data)))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def cut_off(data: bytes, draw: random.Random) -> bytes:
    """Return the beginning of data."""
    return data[: draw.randrange(1, len(data))]


def begun_late(data: bytes, draw: random.Random) -> bytes:
    """Return the end of data."""
    return data[draw.randrange(1, len(data)) :]


def overwritten(data: bytes, draw: random.Random) -> bytes:
    """Return data with a block in it that is noise, or zeros, or is there twice."""
    start, length = draw.randrange(len(data)), draw.choice([16, 512, 4096, 65_536])
    block = draw.choice([draw.randbytes(length), bytes(length), data[:length]])
    return data[:start] + block + data[start + length :]


def extreme(data: bytes, draw: random.Random) -> bytes:
    """Return data with numbers of its header at the end of their range."""
    changed = bytearray(data)
    for _ in range(draw.choice([1, 2, 4])):
        size = draw.choice([1, 2, 4, 8])
        start = draw.randrange(max(1, min(256, len(data) - size)))
        changed[start : start + size] = draw.choice([b"\x00", b"\xff", b"\x7f", b"\x80"]) * size
    return bytes(changed)


CHANGES: dict[str, Change] = {
    "bits flipped": flipped,
    "bits flipped in the header": partial(flipped, within=512),
    "cut off": cut_off,
    "begins in the middle": begun_late,
    "a block overwritten": overwritten,
    "numbers at their limits": extreme,
}


def changed(folder: Path, well: list[Path], count: int, draw: random.Random) -> Iterator[Mutation]:
    """Yield recordings with their bytes changed, or their suffix."""
    for number in range(count):
        kind = draw.choice([*CHANGES, "wrong suffix", "two files in one"])
        source, other = draw.sample(well, 2)
        data = source.read_bytes()
        path = folder / f"{number:03} {kind}{source.suffix}"
        if kind == "wrong suffix":
            path = path.with_suffix(draw.choice([".wav", ".mp3", ".m4a", ".ac3", ".gsm", ".amr"]))
        elif kind == "two files in one":
            data = data[: len(data) // 2] + other.read_bytes()[len(data) // 2 :]
        else:
            data = CHANGES[kind](data, draw)
        path.write_bytes(data)
        yield Mutation(path, kind)


# Headers that lie


def wav(
    *, rate: int = RATE, channels: int = 1, bits: int = 16, samples: int = RATE, size: int = -1
) -> bytes:
    """Return a WAV file of noise whose header says what it is told to."""
    data = random.Random(0).randbytes(samples * 2)
    width = channels * bits // 8
    form = struct.pack(
        "<HHIIHH", 1, channels % 65_536, rate, rate * width % 2**32, width % 65_536, bits
    )
    length = len(data) if size < 0 else size
    head = b"RIFF" + struct.pack("<I", min(2**32 - 1, 36 + length)) + b"WAVEfmt \x10\0\0\0" + form
    return head + b"data" + struct.pack("<I", length) + data


LYING: dict[str, tuple[bytes, Ends]] = {
    "0 Hz.wav": (wav(rate=0), Ends.REFUSED),
    "4 GHz.wav": (wav(rate=2**32 - 1), Ends.EITHER),
    "1 Hz.wav": (wav(rate=1, samples=400), Ends.EITHER),
    "0 channels.wav": (wav(channels=0), Ends.REFUSED),
    "65535 channels.wav": (wav(channels=65_535), Ends.REFUSED),
    "64 channels.wav": (wav(channels=64, samples=64 * RATE), Ends.EITHER),
    "0 bits.wav": (wav(bits=0), Ends.EITHER),
    "7 bits.wav": (wav(bits=7), Ends.EITHER),
    "4 GB said.wav": (wav(size=2**32 - 1), Ends.EITHER),
    "2 GB said.wav": (wav(size=2**31), Ends.EITHER),
    "one sample.wav": (wav(samples=1), Ends.EITHER),
    "no sample.wav": (wav(samples=0), Ends.REFUSED),
    "half a header.wav": (wav()[:20], Ends.REFUSED),
    "nothing.wav": (b"", Ends.REFUSED),
    "nothing.m4a": (b"", Ends.REFUSED),
    "one byte.mp3": (b"\xff", Ends.REFUSED),
    "text.mp3": (b"this is no sound " * 500, Ends.REFUSED),
    "page.m4a": (b"<!DOCTYPE html><html><title>Sign in</title></html>\n" * 40, Ends.REFUSED),
    "zeros.wav": (bytes(500_000), Ends.REFUSED),
    "zeros.mp3": (bytes(500_000), Ends.REFUSED),
    "zeros.aac": (bytes(500_000), Ends.REFUSED),
    "zeros.gsm": (bytes(500_000), Ends.REFUSED),
    "zeros.amr": (bytes(500_000), Ends.REFUSED),
    "noise.ac3": (random.Random(1).randbytes(300_000), Ends.EITHER),
    "noise.mp3": (random.Random(2).randbytes(300_000), Ends.EITHER),
    "noise.mpg": (random.Random(3).randbytes(300_000), Ends.EITHER),
    "noise.flv": (random.Random(4).randbytes(300_000), Ends.EITHER),
}
FLAC_LONGEST = {"a year said.flac": 2**36 - 1, "no length said.flac": 0}


def lying(folder: Path, well: list[Path]) -> Iterator[Mutation]:
    """Yield files whose headers say what cannot be."""
    for name, (data, ends) in LYING.items():
        (folder / name).write_bytes(data)
        yield Mutation(folder / name, "a header that lies", ends)
    flac = next(path for path in well if path.suffix == ".flac").read_bytes()
    for name, samples in FLAC_LONGEST.items():
        said = int.from_bytes(flac[18:26], "big") >> 36 << 36 | samples
        (folder / name).write_bytes(flac[:18] + said.to_bytes(8, "big") + flac[26:])
        yield Mutation(folder / name, "a header that lies")
    mp4 = next(path for path in well if path.suffix == ".m4a").read_bytes()
    for box in (b"mvhd", b"mdhd", b"stts", b"stsz", b"stco"):
        place = mp4.find(box)
        path = folder / f"absurd {box.decode()}.m4a"
        path.write_bytes(mp4[: place + 8] + b"\x7f" * 24 + mp4[place + 32 :])
        yield Mutation(path, "a header that lies")


# Names

NAMES = (
    "two\nlines.wav",
    "a\rreturn.wav",
    "a\ttab.wav",
    "red \x1b[31m alert \x1b[0m.wav",
    "bell\x07.wav",
    "\U0001f399\ufe0f interview \U0001f469\u200d\U0001f52c.wav",
    "مقابلة \u202eleft.wav",
    "面談の記録.wav",
    "e\u0301.wav",
    "a" * 251 + ".wav",
    "\U0001f399" * 62 + "a.wav",
    " spaces .wav",
    'it\'s "quoted" & $HOME `id`;.wav',
    "-m.wav",
    "--help.wav",
    "frame%d.wav",
    "frame%03d.wav",
    "concat:a|b.wav",
    "http:nowhere.wav",
    "data:audio,x.wav",
    "*.wav",
    "back\\slash.wav",
    "[link]{green}.wav",
    "no suffix",
    ".wav",
    "dots....wav",
    "UPPER.WAV",
    "wrong.txt",
)
NO_TEXT = b"not \xff\xfe utf8.wav"


def named(folder: Path, sound: Sound) -> Iterator[Mutation]:
    """Yield sound files with names that trip programs up."""
    well = write_wav(folder / "well.wav", sound, RATE)
    data = well.read_bytes()
    well.unlink()
    for number, name in enumerate([*NAMES, os.fsdecode(NO_TEXT)]):
        own = folder / str(number)
        own.mkdir()
        (own / name).write_bytes(data + bytes(2 * (number + 1)))
        yield Mutation(own / name, "an odd name", Ends.DONE)


# Places


def placed(folder: Path, sound: Sound) -> Iterator[Mutation]:
    """Yield what is no plain file, or lies where files should not lie."""
    well = write_wav(folder / "well.wav", sound, RATE)
    yield Mutation(_link(folder / "itself.wav", "itself.wav"), "a link", Ends.REFUSED)
    yield Mutation(_link(folder / "gone.wav", "nowhere.wav"), "a link", Ends.REFUSED)
    yield Mutation(_link(folder / "link.wav", "well.wav"), "a link", Ends.DONE)
    yield Mutation(_link(folder / "zero.wav", "/dev/zero"), "a link", Ends.REFUSED)
    loop = folder / "loop"
    (loop / "inner").mkdir(parents=True)
    _link(loop / "inner" / "again", "..")
    (loop / "call.wav").write_bytes(well.read_bytes() + bytes(500))
    yield Mutation(loop, "a link in a loop", Ends.DONE)
    os.mkfifo(folder / "pipe.wav")
    yield Mutation(folder / "pipe.wav", "a pipe", Ends.REFUSED)
    yield Mutation(_socket(folder / "socket.wav"), "a socket", Ends.REFUSED)
    (folder / "folder.wav").mkdir()
    yield Mutation(folder / "folder.wav", "an empty folder")
    yield Mutation(_deep(folder / "deep", well), "folders 200 deep", Ends.DONE)
    yield from _unreadable(folder, well)
    for name in ("sparse.wav", "sparse.mp3", "sparse.m4a", "sparse.ac3"):
        with (folder / name).open("wb") as file:
            file.truncate(SPARSE)
        yield Mutation(folder / name, "10 GB of nothing", Ends.REFUSED)
    yield Mutation(_bomb(folder / "bomb.m4a"), "an archive", Ends.REFUSED)


def _link(path: Path, to: str) -> Path:
    path.symlink_to(to)
    return path


def _socket(path: Path) -> Path:
    here = Path.cwd()
    os.chdir(path.parent)  # its name may have 108 bytes at most
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path.name)
    finally:
        os.chdir(here)
    return path


def _deep(folder: Path, well: Path) -> Path:
    inner = folder.joinpath(*(["in"] * DEEP))
    inner.mkdir(parents=True)
    (inner / "deep.wav").write_bytes(well.read_bytes() + bytes(502))
    return folder


def _unreadable(folder: Path, well: Path) -> Iterator[Mutation]:
    closed = folder / "closed.wav"
    closed.write_bytes(well.read_bytes())
    closed.chmod(0)
    yield Mutation(closed, "no permission", Ends.REFUSED, unreadable=True)
    (folder / "shut").mkdir()
    inside = folder / "shut" / "inside.wav"
    inside.write_bytes(well.read_bytes())
    (folder / "shut").chmod(stat.S_IXOTH & 0)
    yield Mutation(inside, "no permission", Ends.REFUSED, unreadable=True)
    yield Mutation(folder / "shut", "no permission", Ends.EITHER, unreadable=True)


def _bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("call.wav", bytes(BOMB))
    return path


# Lists of other files


def playlists(folder: Path, sound: Sound, address: str) -> Iterator[Mutation]:
    """Yield lists that name a recording beside them, or an address: none may be followed."""
    write_with_av(folder / SECRET, sound, RATE, KINDS["flac"])
    for number, target in enumerate((SECRET, str(folder / SECRET), f"{address}/call.ts")):
        hls = f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{target}\n"
        texts = {
            "concat": f"ffconcat version 1.0\nfile '{target}'\n",
            "hls": f"{hls}#EXT-X-ENDLIST\n",
            "plain": f"#EXTM3U\n{target}\n",
            "pls": f"[playlist]\nFile1={target}\nNumberOfEntries=1\n",
            "asx": f'<asx version="3.0"><entry><ref href="{target}"/></entry></asx>',
            "mpd": f'<?xml version="1.0"?><MPD><Period><BaseURL>{target}</BaseURL></Period></MPD>',
            "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
            "m=audio 5004 RTP/AVP 0\n",
        }
        for kind, text in texts.items():
            for suffix in (".m4a", ".wav", ".m3u8", ".flac"):
                path = folder / f"{kind} {number}{suffix}"
                path.write_text(text, encoding="utf-8")
                yield Mutation(path, "a list of other files", Ends.REFUSED)


def all_mutations(
    folder: Path, sound: Sound, count: int, address: str, seed: int
) -> list[Mutation]:
    """Return so many mutations, or a few more: each odd thing once, the rest drawn by the seed."""
    draw = random.Random(seed)
    places = {name: folder / name for name in ("well", "lies", "names", "places", "lists", "bytes")}
    for place in places.values():
        place.mkdir(parents=True)
    stereo = columns(sound, np.roll(sound, RATE))
    well = write_all_kinds(places["well"], stereo)
    odd = [
        *lying(places["lies"], well),
        *named(places["names"], sound),
        *placed(places["places"], sound),
        *playlists(places["lists"], sound, address),
    ]
    if count < len(odd):
        return draw.sample(odd, count // 2) + list(
            changed(places["bytes"], well, count - count // 2, draw)
        )
    return odd + list(changed(places["bytes"], well, count - len(odd), draw))
