"""The command line as it is typed: what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

import cli
from models import catalog, engines
from pipeline.errors import LibraryError, UsageError
from pipeline.export import FORMATS
from pipeline.library import Library
from pipeline.library.holding import holding_all
from tests.commands import PROJECT, run
from tests.fakes import BrokenRecogniser, FakeEngines
from tests.libraries import check_index, fill, recording
from tests.sounds import speech, tone, write_wav
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterator

posix = pytest.mark.skipif(os.name == "nt", reason="there are no such signals and devices")
README = (PROJECT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Return a library of one call of 20 s whose original is there."""
    folder = tmp_path / "library"
    sound = write_wav(tmp_path / "call.wav", tone(20.0))
    with Library(folder, create=True) as opened:
        facts = {"title": "Acme call", "duration": 20.0, "project": "Acme"}
        size = sound.stat().st_size
        fill(
            opened,
            recording("3f2a91c4" * 8, path=sound, size=size, **facts),
            turn("What about the price?", "interviewer", 2.0),
            turn("It is too expensive.", "customer", 5.0),
        )
    return folder


def commands(
    group: click.Group = cli.relisten, name: str = ""
) -> Iterator[tuple[str, click.Command]]:
    for each in group.list_commands(click.Context(group)):
        command = group.commands[each]
        yield f"{name}{each}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{each} ")


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_command_explains_itself_with_an_example(name: str, command: click.Command) -> None:
    shown = CliRunner().invoke(cli.relisten, [*name.split(), "--help"])
    assert shown.exit_code == 0
    assert command.help
    assert f"Example:\n    relisten {name}" in shown.output


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_command_is_in_the_readme(name: str) -> None:
    first, *rest = name.split()
    assert f"relisten {first}" in README
    assert all(part in README for part in rest)


@pytest.mark.parametrize(
    "name",
    ["list", "status", "projects", "show", "search", "speakers", "voices", "doctor", "models list"],
)
def test_reading_commands_print_json(name: str) -> None:
    command = dict(commands())[name]
    assert "--json" in [option for each in command.params for option in each.opts]


def test_help_is_there_without_heavy_libraries() -> None:
    heavy = ("torch", "spacy", "numpy", "av", "faster_whisper", "whisper", "rich")
    program = f"import sys, cli; print([name for name in {heavy!r} if name in sys.modules])"
    loaded = subprocess.check_output([sys.executable, "-c", program], cwd=PROJECT, text=True)
    assert loaded == "[]\n"


def test_a_library_is_listed_read_and_searched(library: Path) -> None:
    assert "3f2a91c4  2026-09-01  00:20   Acme     interviewer, customer  Acme call" in (
        run("--library", library, "list").out
    )
    assert "[00:05] customer: It is too expensive." in run("--library", library, "show", "Acme").out
    found = run("--library", library, "search", '"too expensive"', "--speaker", "CUSTOMER")
    assert "[00:05] customer:" in found.out
    assert "It is **too expensive**." in found.out


def test_json_is_parsed_as_it_is_printed(library: Path) -> None:
    (entry,) = json.loads(run("--library", library, "list", "--json").out)
    assert entry["speakers"] == ["interviewer", "customer"]
    shown = json.loads(run("--library", library, "show", "3f2a", "--json").out)
    assert [each["speaker"] for each in shown["transcript"]["turns"]] == ["interviewer", "customer"]
    (hit,) = json.loads(run("--library", library, "search", "expensive", "--json").out)
    assert hit["start"] == 5.9
    assert hit["recording"]["title"] == "Acme call"


@pytest.mark.parametrize(
    ("filters", "hits"),
    [
        (("--speaker", "interviewer"), 0),
        (("--project", "acme"), 1),
        (("--since", "2026-09-02"), 0),
        (("--until", "2026-09-01"), 1),
        (("--in", "3f2a91c4"), 1),
    ],
)
def test_filters_narrow_a_search(library: Path, filters: tuple[str, ...], hits: int) -> None:
    found = run("--library", library, "search", "expensive", *filters, "--json")
    assert len(json.loads(found.out)) == hits


def test_a_hit_is_written_as_a_clip(library: Path, tmp_path: Path) -> None:
    run("--library", library, "search", "expensive")
    clip = tmp_path / "a clip.wav"
    done = run("--library", library, "play", "1", "-o", clip)
    assert done.out == f"{clip}: 00:04.9-00:07.2 of Acme call, customer, 2.3 s\n"
    later = run("--library", library, "play", " Acme call @ 0:15 ", "-o", clip, "--force")
    assert later.out == f"{clip}: 00:14-00:20 of Acme call, 6.0 s\n"


def test_a_clip_takes_no_files_place_unless_forced_and_never_a_recordings(
    library: Path, tmp_path: Path
) -> None:
    clip, call = tmp_path / "clip.wav", tmp_path / "call.wav"
    clip.write_bytes(b"mine")
    before = call.read_bytes()
    for target, force in ((clip, ()), (call, ()), (call, ("--force",))):
        done = run("--library", library, "play", "Acme@0:05", "-o", target, *force)
        assert (done.code, done.out) == (2, "")
        assert str(target) in done.err
    assert (clip.read_bytes(), call.read_bytes()) == (b"mine", before)


@pytest.mark.parametrize("output", [(), ("-o", "clip.wav")])
def test_nothing_is_played_or_cut_of_a_recording_that_is_gone_or_changed(
    library: Path, tmp_path: Path, output: tuple[str, ...]
) -> None:
    call = tmp_path / "call.wav"
    write_wav(call, tone(10.0))
    done = run("--library", library, "play", "Acme@0:05", *output)
    assert (done.code, done.out) == (1, "")
    assert f"{call}: this is no longer the file that was transcribed." in done.err
    call.unlink()
    done = run("--library", library, "play", "Acme@0:05", *output)
    assert (done.code, done.out) == (1, "")
    assert f"{call}: the recording is not there any more. Plug the drive in," in done.err


@pytest.mark.parametrize("query", [("too", "expensive"), ("too expensive",), ("“too expensive”",)])
def test_a_phrase_may_be_typed_in_several_ways(library: Path, query: tuple[str, ...]) -> None:
    found = run("--library", library, "search", *query, "--speaker", "customer")
    assert "It is **too expensive**." in found.out


def test_a_list_that_filters_leave_empty_says_so(library: Path) -> None:
    done = run("--library", library, "list", "--since", "2027-01-01")
    assert (done.code, done.out) == (0, "No recording in the library matches that.\n")


def test_a_transcript_is_written_in_several_formats(library: Path, tmp_path: Path) -> None:
    names = ",".join(FORMATS)
    done = run("--library", library, "export", "3f2a", "--format", names, "-o", tmp_path / "out")
    written = [Path(line) for line in done.out.splitlines()]
    assert [path.name for path in written] == [f"call-3f2a91c4{f.suffix}" for f in FORMATS.values()]
    texts = [path for path in written if path.suffix in {".txt", ".md", ".json", ".html", ".csv"}]
    assert len(texts) == 5
    assert all("expensive" in path.read_text(encoding="utf-8") for path in texts)


def test_a_transcript_that_was_edited_is_written_over_only_by_force(
    library: Path, tmp_path: Path
) -> None:
    export = ("--library", library, "export", "3f2a", "-o", tmp_path / "out")
    path = Path(run(*export).out.strip())
    assert run(*export).code == 0
    path.write_text("corrected", encoding="utf-8")
    refused = run(*export)
    assert (refused.code, refused.out) == (2, "")
    assert f"{path}: it exists already" in refused.err
    assert path.read_text(encoding="utf-8") == "corrected"
    assert run(*export, "--force").code == 0
    assert "expensive" in path.read_text(encoding="utf-8")


def test_a_page_without_a_copy_to_play_is_written_and_that_is_said(
    library: Path, tmp_path: Path
) -> None:
    done = run("--library", library, "export", "3f2a", "--format", "html", "-o", tmp_path / "out")
    assert (done.code, done.out) == (0, f"{tmp_path / 'out' / 'call-3f2a91c4.html'}\n")
    assert "its page has no sound, as there is no copy to listen to. See" in done.err
    quiet = ("--format", "html", "--no-audio", "-o", tmp_path / "out")
    assert run("--library", library, "export", "3f2a", *quiet).err == ""


def test_the_formats_offered_are_those_that_there_are() -> None:
    shown = CliRunner().invoke(cli.relisten, ["export", "--help"]).output
    assert ", ".join(FORMATS) in " ".join(shown.split())


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("show", "nothing"), 1, "relisten: no recording goes by 'nothing'."),
        (("search", "***"), 2, "relisten: there is no word to look for in '***'."),
        (("search", "x", "--since", "yesterday"), 2, "relisten: 'yesterday' is no day;"),
        (("play", "7"), 1, "relisten: the last search listed no hit 7."),
        (("play", "Acme"), 2, "relisten: 'Acme' is no passage."),
        (("play", "Acme@1:00"), 2, "relisten: the recording ends at 00:20"),
        (("play", "Acme@0:05", "-o", "x.doc"), 2, "relisten: x.doc: clips are written as"),
        (("export", "Acme", "--format", "pages"), 2, "relisten: there is no format 'pages'."),
        (
            ("export", "Acme", "--no-audio"),
            2,
            "relisten: --no-audio is for pages and for coding software alone.",
        ),
        (
            ("export", "Acme", "--format", "html", "--no-audio", "--audio-beside"),
            2,
            "relisten: the sound lies beside a page or nowhere, not both.",
        ),
        (("search", "tea", "--speaker", "Nobody"), 1, "relisten: nobody is called 'Nobody' in the"),
        (("list", "--project", "Acmee"), 1, "'Acmee'. Did you mean Acme? See all: relisten"),
        (("list", "--tag", "x"), 1, "relisten: no recording has the tag 'x', and there is no"),
        (("export", "Acme", "--project", "Acme"), 2, "relisten: name recordings, or say which by"),
        (("export", "--since", "2027-01-01"), 1, "relisten: no recording in the library matches"),
        (("export",), 2, "relisten: name recordings, or say which by filters"),
        (("set", "Acme"), 2, "relisten: say what to file them under, as in: relisten set"),
        (("set", "--tag", "x"), 2, "relisten: name the recordings, as `relisten list` shows them"),
        (("set", "Acme", "--date", "soon"), 2, "relisten: 'soon' is no date. Write it as 2026-09"),
        (("set", "Acme", "--untag", "x"), 1, "relisten: no recording has the tag 'x'"),
        (("set", "Nobody", "--tag", "x"), 1, "relisten: no recording goes by 'Nobody'."),
        (
            ("process", ""),
            2,
            "the name of a file or folder is empty. For this folder, write a dot.",
        ),
        (("process", "not-there"), 2, "relisten: not-there: there is no such file or folder."),
        (("process", ".", "--model", "huge"), 2, "relisten: "),
        (("process", ".", "--channels", "a,a"), 2, "relisten: two channels have the same name"),
        (("models", "pull", "huge"), 2, "relisten: "),
        (("nonsense",), 2, "Error: No such command 'nonsense'."),
        (("list", "--nonsense"), 2, "Error: No such option"),
    ],
)
def test_a_mistake_gets_one_sentence_and_an_exit_code(
    library: Path, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    done = run("--library", library, *arguments)
    assert done.code == code
    assert sentence in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


def test_no_library_yet_says_how_to_begin(tmp_path: Path) -> None:
    done = run("--library", tmp_path / "none", "list")
    assert done.code == 1
    assert "there is no library here yet. Fill one: relisten process FOLDER" in done.err
    assert not (tmp_path / "none").exists()


def test_missing_weights_stop_before_anything_is_done(tmp_path: Path) -> None:
    sound = write_wav(tmp_path / "call.wav", tone(1.0))
    library = ("--library", tmp_path / "library")
    done = run(*library, "process", sound, environment={"RELISTEN_CACHE": str(tmp_path)})
    assert done.code == 1
    assert "run: relisten models pull base" in done.err
    assert not (tmp_path / "library").exists()


def test_an_empty_folder_says_that_there_is_nothing_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    (folder / "notes.txt").write_text("no sound", encoding="utf-8")
    done = run("--library", tmp_path / "library", "process", folder)
    assert done.code == 0
    assert done.out == "There is no recording in what was named.\n"


def test_verbose_shows_where_it_went_wrong(library: Path) -> None:
    done = run("-v", "--library", library, "show", "nothing")
    assert done.code == 1
    assert "Traceback" in done.err
    assert "NotFound" in done.err


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (LibraryError("no room"), 1, "relisten: no room\n"),
        (UsageError("which?"), 2, "relisten: which?\n"),
        (KeyboardInterrupt(), 130, "Stopped. What was finished is kept;"),
        (ZeroDivisionError("oh"), 1, "a fault in relisten itself (ZeroDivisionError: oh)"),
    ],
)
def test_every_error_becomes_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    sentence: str,
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr("sys.argv", ["relisten", "fail"])
    monkeypatch.setitem(cli.relisten.commands, "fail", click.Command("fail", callback=fail))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == code
    assert sentence in capsys.readouterr().err


def test_a_fault_in_a_file_shows_its_traceback_if_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Engines(FakeEngines):
        def require_recogniser(self) -> None:
            pass

    monkeypatch.setattr(engines, "LocalEngines", lambda *_: Engines(BrokenRecogniser()))
    sound = write_wav(tmp_path / "call.wav", speech(2.0))
    plain = CliRunner().invoke(cli.relisten, ["process", str(sound)])
    assert "Broken: out of memory. Please report this" in plain.stdout
    assert "Traceback" not in plain.stderr
    monkeypatch.setenv("RELISTEN_TRACEBACK", "1")
    verbose = CliRunner().invoke(cli.relisten, ["process", str(sound)])
    assert "Traceback" in verbose.stderr
    assert "Broken: out of memory" in verbose.stderr
    assert "Traceback" not in verbose.stdout


def test_a_fault_of_ours_says_how_to_see_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["relisten", "fail"])
    monkeypatch.setitem(
        cli.relisten.commands, "fail", click.Command("fail", callback=lambda: 1 / 0)
    )
    with pytest.raises(SystemExit):
        cli.main()
    assert "See more: relisten -v ..." in capsys.readouterr().err


@posix
def test_a_reader_that_has_seen_enough_is_no_error(library: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, str(PROJECT / "cli.py"), "--library", str(library), "show", "Acme"]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


@posix
def test_output_that_cannot_be_written_is_a_sentence(library: Path) -> None:
    command = [sys.executable, str(PROJECT / "cli.py"), "--library", str(library), "show", "Acme"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        "relisten: the system refuses this (No space left on device). "
        "Make room or check permissions, then try again.\n"
    )


@contextmanager
def slow_command(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run the command line around an engine that cannot be hurried."""
    command = [sys.executable, "-m", "tests.slow_command", *map(str, arguments)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=PROJECT, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@posix
@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_ends_at_once_though_the_engine_is_at_work(tmp_path: Path, times: int) -> None:
    first = write_wav(tmp_path / "a.wav", tone(5.0))
    second = write_wav(tmp_path / "b.wav", speech(60.0))
    folder = tmp_path / "library"
    with slow_command("--library", folder, "process", first, second) as process:
        assert process.stdout is not None
        while "decoding" not in process.stdout.readline():
            assert process.poll() is None
        begun = time.monotonic()
        for _ in range(times):
            process.send_signal(signal.SIGINT)
            time.sleep(0.02)
        _, err = process.communicate(timeout=10)
    assert time.monotonic() - begun < 2
    assert process.returncode == 130
    assert "Traceback" not in err
    assert times > 1 or "Stopped. What was finished is kept" in err
    with Library(folder) as library:
        assert {entry.complete for entry in library.entries()} <= {True, False}
    check_index(folder)


@posix
def test_a_library_that_another_fills_is_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    sound = write_wav(tmp_path / "a.wav", tone(5.0))
    with (
        holding_all(folder, lambda: None),
        slow_command("--library", folder, "process", sound) as process,
    ):
        assert process.stderr is not None
        while "waiting" not in (said := process.stderr.readline()):
            assert said  # what lies ahead, and what will be missing
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert said == "another relisten is at work on what is left; waiting for it\n"
    assert "Stopped." in err
    assert (process.returncode, out) == (130, "")


@pytest.mark.parametrize(
    ("arguments", "only"),
    [
        (("base",), [None]),
        (("base", "--engine", "faster-whisper"), [None]),
        (("BASE", "--engine", "openai-whisper"), ["openai"]),
        (("--engine", "openai-whisper"), ["openai", None, None, None]),
    ],
)
def test_a_model_is_pulled_in_the_format_of_an_engine(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], only: list[str | None]
) -> None:
    asked: list[str | None] = []

    def pull(*_: object, only: str | None = None) -> Path:
        asked.append(only)
        return Path("weights")

    monkeypatch.setattr(catalog, "pull", pull)
    done = CliRunner().invoke(cli.relisten, ["models", "pull", *arguments])
    assert done.exit_code == 0
    assert asked == only


def test_the_library_is_found_by_the_environment_too(library: Path) -> None:
    done = run("list", environment={"RELISTEN_LIBRARY": str(library)})
    assert "Acme call" in done.out


def test_the_version_is_told() -> None:
    assert run("--version").out.startswith("relisten, version ")
