"""The main job on real recordings with real weights: what goes in, what comes out, how many."""

from __future__ import annotations

import json
import re
import shutil
import statistics
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import soundfile

from benchmarks.figures import share_within
from benchmarks.noise import KINDS, hour
from benchmarks.runs import Timed
from benchmarks.scoring import WordErrors, score
from benchmarks.speech import reference
from benchmarks.times import SIDES, Edge, compare
from pipeline.audio import SAMPLE_RATE
from pipeline.library import Library
from tests.commands import PROJECT, Ran, run
from tests.libraries import contents

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.library import Entry

pytestmark = pytest.mark.model

SAMPLES = PROJECT / "data" / "samples"
# Each kind of recording several times over: the benchmarks take all that there are.
HEARD = (
    *(
        "calls/*.flac",
        "conversations/c01_*",
        "conversations/c02_mono*",
        "conversations/c06_stereo*",
    ),
    *("conversations/c09_*.opus", "conversations/t01_*.wav", "interviews/i01_*"),
    *("interviews/i02_mono*", "interviews/i03_tel8k*", "interviews/i04_stereo*"),
)
SENTENCE = re.compile(r"^  (?P<path>.+?): (?P<reason>[a-z].*\.)$")


@pytest.fixture(scope="module")
def calls(speech: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, Path]:
    """Process calls, interviews and conversations of every kind once, with tiny.en."""
    folder = tmp_path_factory.mktemp("library")
    return run("--library", folder, "process", *heard(speech), "--model", "tiny.en"), folder


def heard(speech: Path) -> list[Path]:
    """Return the recordings that are processed."""
    return [path for pattern in HEARD for path in sorted(speech.glob(pattern))]


def entries(folder: Path) -> list[Entry]:
    with Library(folder) as library:
        return library.entries()


def errors(folder: Path, of: Iterable[Entry]) -> WordErrors:
    with Library(folder) as library:
        total = WordErrors()
        for entry in of:
            said = reference(entry.recording.path)
            total += score(said, library.segments(entry.recording.id))
        return total


def test_every_call_is_transcribed(calls: tuple[Ran, Path]) -> None:
    ran, folder = calls
    assert ran.code == 0, ran.err
    assert ran.out.endswith("17 done.\n")
    assert all(entry.complete and entry.turns for entry in entries(folder))
    line, *so_far = ran.err.splitlines()
    assert line.startswith("tiny.en on ")
    assert " for 17 recordings, " in line
    assert all(" of 17 files done, " in each for each in so_far)


def test_every_call_has_as_many_speakers_as_speak(calls: tuple[Ran, Path]) -> None:
    for entry in entries(calls[1]):
        number = 4 if "group4" in entry.recording.path.name else 2
        known = {f"Speaker {each}" for each in range(1, number + 1)}
        assert set(entry.speakers) == known, entry.recording.title


@pytest.mark.parametrize(("kind", "worst"), [("_stereo", 9.0), ("_mono", 11.0), ("_tel8k", 12.0)])
def test_words_are_heard(calls: tuple[Ran, Path], kind: str, worst: float) -> None:
    known = [
        entry
        for entry in entries(calls[1])
        if kind in entry.recording.path.name and "calls" not in entry.recording.path.parts
    ]
    assert len(known) >= 4
    assert errors(calls[1], known).rate < worst


def test_words_have_a_length_and_keep_their_order(calls: tuple[Ran, Path]) -> None:
    with Library(calls[1]) as library:
        for entry in library.entries():
            for turn in library.turns(entry.recording.id):
                starts = [word.start for word in turn.words]
                assert starts == sorted(starts)
                assert all(word.end > word.start for word in turn.words)
                assert turn.end <= entry.recording.duration + 0.05


@pytest.mark.parametrize("side", SIDES)
def test_utterances_begin_and_end_when_they_do(calls: tuple[Ran, Path], side: str) -> None:
    errors_of = [
        abs(edge.error)
        for entry in entries(calls[1])
        if entry.recording.path.parent.name == "interviews"
        for edge in edges_of(calls[1], entry)
        if edge.side == side
    ]
    assert len(errors_of) > 200
    assert statistics.median(errors_of) < 0.06
    assert share_within(errors_of, 0.25) > 95


def edges_of(folder: Path, entry: Entry) -> list[Edge]:
    with Library(folder) as library:
        segments = library.segments(entry.recording.id)
    words = [
        Timed(word.text, word.start, word.end, segment.channel)
        for segment in segments
        for word in segment.words
    ]
    return compare(reference(entry.recording.path), words)


def test_a_second_run_does_nothing(calls: tuple[Ran, Path], speech: Path) -> None:
    before = contents(calls[1])
    again = run("--library", calls[1], "process", *heard(speech), "--model", "tiny.en")
    assert again.out.endswith("17 already done.\n")
    assert contents(calls[1]) == before


def test_a_hit_is_at_the_second_where_it_is_said(calls: tuple[Ran, Path]) -> None:
    found = run("--library", calls[1], "search", '"too expensive" OR price', "--json")
    hits = json.loads(found.out)
    assert hits
    for hit in hits:
        said = reference(Path(hit["recording"]["path"]))
        near = [
            each.text.lower() for each in said if each.start - 1 <= hit["start"] <= each.end + 1
        ]
        assert any("price" in text or "expensive" in text or "pricing" in text for text in near)


def test_odd_files_are_transcribed_or_refused_in_a_sentence(speech: Path, tmp_path: Path) -> None:
    files = sorted(p for name in ("formats", "damaged") for p in (speech / name).rglob("*.*"))
    ran = run("--library", tmp_path, "process", *files, "--model", "tiny.en")
    assert ran.code == 1
    assert "Traceback" not in ran.out + ran.err
    counts = Counter(line.split("  ")[0] for line in ran.out.splitlines() if "  " in line[:14])
    *lines, again, log = after(ran.out, "Not transcribed:")
    assert "relisten --library " in again
    assert log.endswith("relisten.log")
    refused = [SENTENCE.match(line) for line in lines]
    assert all(refused)
    assert sum(counts[state] for state in ("done", "already done", "failed")) == len(files)
    assert (counts["done"], counts["already done"], counts["failed"]) == (229, 9, 95)
    assert {Path(match["path"]) for match in refused if match} <= set(files)
    assert len(refused) == counts["failed"]


def after(text: str, heading: str) -> list[str]:
    return text.split(heading + "\n")[1].splitlines()


def test_both_recognisers_hear_the_same(tmp_path: Path) -> None:
    rates = []
    for engine in ("faster-whisper", "openai-whisper"):
        folder = tmp_path / engine
        options = ("--model", "tiny.en", "--engine", engine)
        assert (
            run(
                "--library", folder, "process", SAMPLES / "2026-09-01-harbor-bakery.flac", *options
            ).code
            == 0
        )
        rates.append(errors(folder, entries(folder)).rate)
    assert max(rates) < 8
    assert abs(rates[0] - rates[1]) < 1.5


def test_the_same_sound_gives_the_same_text(tmp_path: Path) -> None:
    call = SAMPLES / "2026-09-15-canyon-bikes.opus"
    transcripts = []
    for name in ("first", "second"):
        assert run("--library", tmp_path / name, "process", call, "--model", "tiny.en").code == 0
        (entry,) = entries(tmp_path / name)
        with Library(tmp_path / name) as library:
            transcripts.append(library.transcript(entry.recording.id))
    assert transcripts[0] == transcripts[1]


def test_nothing_is_heard_where_nobody_speaks(tmp_path: Path) -> None:
    noise = hour(60.0 * len(KINDS))
    soundfile.write(tmp_path / "nobody.flac", noise, SAMPLE_RATE)
    library = tmp_path / "library"
    assert run("--library", library, "process", tmp_path, "--model", "tiny.en").code == 0
    (entry,) = entries(library)
    assert entry.turns == 0


def test_a_list_of_names_adds_no_name_that_nobody_said(speech: Path, tmp_path: Path) -> None:
    call = speech / "conversations" / "c01_mono16k.flac"
    names = ["Quickcrate", "Fernhop Reach", "Priya Raman", "Anneliese", "Okafor", "Brockwell"]
    (tmp_path / "names.txt").write_text("\n".join(names), encoding="utf-8")
    texts = []
    for library, options in (
        ("plain", ()),
        ("listed", ("--vocabulary", tmp_path / "names.txt")),
    ):
        folder = tmp_path / library
        ran = run("--library", folder, "process", call, "--model", "tiny.en", *options)
        assert ran.code == 0, ran.err
        (entry,) = entries(folder)
        with Library(folder) as kept:
            texts.append([turn.text for turn in kept.turns(entry.recording.id)])
    assert texts[0] == texts[1]


def test_a_list_of_names_puts_right_what_was_said(speech: Path, tmp_path: Path) -> None:
    call = speech / "interviews" / "i01_stereo.flac"
    (tmp_path / "names.txt").write_text("Quickcrate\nMailmoth\nDropBee\n", encoding="utf-8")
    found = []
    for name, options in (("plain", ()), ("listed", ("--vocabulary", tmp_path / "names.txt"))):
        library = ("--library", tmp_path / name)
        assert run(*library, "process", call, "--model", "tiny.en", *options).code == 0
        hits = json.loads(run(*library, "search", "Quickcrate OR Mailmoth", "--json").out)
        found.append([hit["start"] for hit in hits])
    plain, listed = found
    said = [each for each in reference(call) if re.search("Quickcrate|Mailmoth", each.text)]
    assert len(plain) < len(listed)
    assert all(any(each.start <= start <= each.end for each in said) for start in listed)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="network namespaces are Linux's")
def test_the_main_job_runs_without_a_network(tmp_path: Path) -> None:
    sealed = ("unshare", "--net", "--map-root-user")
    library = ("--library", tmp_path / "library")
    process = run(*library, "process", SAMPLES, "--model", "tiny.en", prefix=sealed)
    assert process.code == 0, process.err
    assert "2 done." in process.out
    found = run(*library, "search", '"too expensive"', prefix=sealed)
    assert "**too** **expensive**" in found.out or "**too expensive**" in found.out
    clip = tmp_path / "clip.wav"
    assert run(*library, "play", "1", "-o", clip, prefix=sealed).code == 0
    assert clip.stat().st_size > 44


def test_a_moved_recording_is_known(tmp_path: Path) -> None:
    first = tmp_path / "first" / "call.opus"
    second = tmp_path / "second" / "renamed.opus"
    for path in (first, second):
        path.parent.mkdir()
    shutil.copy(SAMPLES / "2026-09-15-canyon-bikes.opus", first)
    library = ("--library", tmp_path / "library")
    assert "1 done." in run(*library, "process", first, "--model", "tiny.en").out
    first.rename(second)
    assert "1 already done." in run(*library, "process", second, "--model", "tiny.en").out
    listed = json.loads(run(*library, "list", "--json").out)
    assert [Path(each["recording"]["path"]) for each in listed] == [second]
