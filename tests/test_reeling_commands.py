"""reel as it is typed."""

from __future__ import annotations

import json
import re
from shutil import copytree
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from cli import relisten
from pipeline.commands import reeling
from pipeline.errors import NotFound, UsageError
from pipeline.highlights import Highlight
from pipeline.library import Library
from pipeline.lines.reels import reel_lines
from pipeline.meaning.nearness import Near
from pipeline.redaction.review import accept
from pipeline.reels.cues import Reel
from pipeline.search.meaning import Meant
from pipeline.transcript import Mention
from tests.commands import run
from tests.libraries import fill, recording
from tests.reels import small_reel
from tests.sounds import speech, write_wav
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

ID = "3f2a91c4" * 8


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library of one call whose original is there, with a highlight."""
    folder = tmp_path_factory.mktemp("of")
    sound = write_wav(folder / "call.wav", speech(20.0))
    with Library(folder / "library", create=True) as opened:
        facts = {"title": "Acme call", "duration": 20.0, "project": "Acme", "channels": 1}
        size = sound.stat().st_size
        kept = recording(ID, path=sound, size=size, sample_rate=16_000, **facts)
        said = (
            turn("What about the price?", "interviewer", 2.0),
            turn("It is late. The price is fair.", "customer", 6.0),
            turn("The price went up.", "customer", 12.0),
        )
        fill(opened, kept, *said)
        opened.add_highlights(ID, [Highlight(12.0, 13.2, 0, "", ("pricing",))])
    return folder / "library"


def called(library: Path, *arguments: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(relisten, ["--library", str(library), "reel", *arguments])


def test_a_reel_is_written_with_its_sheet_and_listed(library: Path, tmp_path: Path) -> None:
    done = run("--library", library, "reel", "price", "-o", tmp_path / "reel.mp3")
    lines = done.out.splitlines()
    assert done.code == 0
    assert lines[0].startswith("  1  00:00  interviewer, Acme call, 00:02: What")
    assert lines[3].startswith(f"{tmp_path / 'reel.mp3'}: 3 passages of 1 recording, 00:0")
    assert lines[4:] == [str(tmp_path / "reel.md")]
    assert (tmp_path / "reel.mp3").stat().st_size > 10_000
    assert "relisten play 3f2a91c4@" in (tmp_path / "reel.md").read_text(encoding="utf-8")


def test_what_leads_back_plays_the_same_seconds(library: Path, tmp_path: Path) -> None:
    targets = ("-o", tmp_path / "reel.wav", "-o", tmp_path / "reel.csv")
    done = run("--library", library, "reel", "fair", *targets, "--json")
    (cue,) = json.loads(done.out)["reel"]["cues"]
    place = f"3f2a91c4@{cue['source']['start']:.2f}-{cue['source']['end']:.2f}"
    again = run("--library", library, "clip", place, "-o", tmp_path / "clip.wav")
    assert again.code == 0
    sizes = [(tmp_path / name).stat().st_size for name in ("reel.wav", "clip.wav")]
    seconds = cue["end"] - cue["start"]
    assert sizes[0] / 96_000 == pytest.approx(seconds, abs=0.02)
    assert sizes[1] / 32_000 == pytest.approx(seconds, abs=0.05)


def test_a_dry_run_writes_nothing(library: Path, tmp_path: Path) -> None:
    target = tmp_path / "reel.mp3"
    done = called(library, "--tag", "pricing", "--dry-run", "-o", str(target))
    first, last = done.stdout.splitlines()
    assert first.endswith("customer, Acme call, 00:12: The price went up.")
    assert last.startswith("1 passage of 1 recording, about 00:01. Nothing is written yet")
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_searched_by_meaning_is_told(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = "1 recording is not searched by meaning yet. See what to run: relisten status"
    near = Near(ID, Mention(12.0, 13.2, 2, 0, 18), 0.9)
    meant = Meant(lambda text, filters, limit: [near], (missing,))
    monkeypatch.setattr(reeling, "meaning", lambda library, sought: meant)
    done = called(library, "--like", "dearer than before", "--dry-run")
    assert (done.exit_code, done.stderr.splitlines()) == (0, [missing])
    assert "The price went up." in done.stdout


def test_json_without_names_has_no_note_of_a_file_by_its_name(
    library: Path, tmp_path: Path
) -> None:
    copy = copytree(library, tmp_path / "library")
    with Library(copy) as opened:
        gone = recording("cd" * 32, path=tmp_path / "gone.wav", title="Okafor", project="Acme")
        fill(opened, gone, turn("A fair price.", "customer", 2.0))
        accept(opened, "Acme")
    told = called(copy, "price", "--dry-run", "--json")
    assert "Okafor" in str(json.loads(told.stdout)["reel"]["notes"])
    nameless = called(copy, "price", "--dry-run", "--json", "--redact")
    assert json.loads(nameless.stdout)["reel"]["notes"] == []
    assert "Okafor" in nameless.stderr


def test_json_has_every_cue(library: Path) -> None:
    done = called(library, "price", "--role", "customer", "--dry-run", "--json")
    given = json.loads(done.stdout)
    assert [cue["said"][0]["text"] for cue in given["reel"]["cues"]] == [
        "The price is fair.",
        "The price went up.",
    ]
    assert given["reel"]["cues"][0]["recording"] == ID
    assert (given["files"], given["reel"]["notes"]) == ([], [])


@pytest.mark.parametrize(
    ("options", "texts"),
    [
        (("--limit", "1"), 1),
        (("--one-per-person",), 1),
        (("--minutes", "0.06"), 1),
        (("--in", "acme call", "--project", "acme"), 3),
    ],
)
def test_options_say_how_much(library: Path, options: tuple[str, ...], texts: int) -> None:
    done = called(library, "price", *options, "--dry-run", "--json")
    assert len(json.loads(done.stdout)["reel"]["cues"]) == texts


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("zebra", "-o", "x.mp3"), "nothing is said that matches 'zebra'"),
        (("price", "--in", "nowhere", "-o", "x.mp3"), "no recording goes by 'nowhere'"),
        (("price", "--role", "interviewer", "--one-per-person", "--dry-run"), "who is who"),
    ],
)
def test_what_there_is_not_is_said(
    library: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    error = called(library, *arguments).exception
    assert isinstance(error, NotFound)
    assert sentence in str(error)


def test_a_mistake_is_one_sentence(library: Path) -> None:
    done = run("--library", library, "reel")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("relisten: a reel of what? Write: ")
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "asked", "sentence"),
    [
        ((), {}, "a reel of what?"),
        (("price",), {}, "where to? Name a file, as -o reel.mp3"),
        (("price",), {"tags": ("x",)}, "'price' looks through what is said"),
        ((), {"starred": True, "questions": True}, "'--questions' looks through what is said"),
        ((), {"tags": ("x",), "entity": "Acme"}, "Choose one."),
    ],
)
def test_what_does_not_go_together_is_said(
    words: tuple[str, ...], asked: dict[str, object], sentence: str
) -> None:
    none = dict.fromkeys((*reeling.FILTERS, "recording", "like"))
    plain = {**none, "tags": (), "starred": False, "questions": False, "targets": ()}
    with pytest.raises(UsageError, match=re.escape(sentence)):
        reeling.check(words, {**plain, "dry_run": False, **asked})


@pytest.mark.parametrize(
    "asked", [{"speaker": "Ann"}, {"tags": ("x",)}, {"like": "too dear"}, {"recording": "3f2a"}]
)
def test_what_is_enough_is_taken(asked: dict[str, object]) -> None:
    none = dict.fromkeys((*reeling.FILTERS, "recording", "like"))
    plain = {**none, "tags": (), "starred": False, "questions": False, "targets": ()}
    reeling.check((), {**plain, "dry_run": True, **asked})


def test_the_terminal_shows_a_reel_in_lines() -> None:
    reel = small_reel()
    lines = list(reel_lines(Reel(reel.title, reel.cues), ()))
    assert lines[1] == "  2  00:05  Nora, Ray, Bakery, 1:02:05: Nora: Why? Ray: As we use it."
    assert lines[3].startswith("3 passages of 2 recordings, about 00:12.")
