"""What `relisten process` is told becomes a request, and what lies ahead is said in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

import cli
from models import catalog
from models import engines as module
from models.choosing import ANYTHING, Needs
from pipeline import batch
from pipeline.errors import ModelMissing, UsageError
from pipeline.process import Request
from pipeline.voices.clustering import SpeakerCount
from tests.commands import PROJECT
from tests.fakes import FakeEngines, FakeVoices
from tests.sounds import speech, write_wav

if TYPE_CHECKING:
    from pathlib import Path

README = (PROJECT / "README.md").read_text(encoding="utf-8")


class Engines(FakeEngines):
    """Engines that keep what they were made with."""

    model_name = "fake-base"
    own_digest: str | None = None
    made_with: tuple[Any, ...] = ()

    def require_recogniser(self) -> None:
        """Have all weights."""

    def describe(self) -> str:
        """Say what hears."""
        return "fake-base on 2 cores (fake-whisper, int8)"

    @property
    def advice(self) -> str:
        """Say what would be better."""
        return "; with relisten models pull fake-large it would hear better"


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> Engines:
    """Take the place of this machine's engines."""
    fake = Engines(voices=FakeVoices())

    def made(*arguments: Any) -> Engines:
        fake.made_with = arguments
        return fake

    monkeypatch.setattr(module, "LocalEngines", made)
    return fake


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch, engines: Engines) -> list[Request]:
    """Keep what is requested, and do nothing."""
    kept: list[Request] = []

    def process_tasks(*arguments: Any) -> list[Any]:
        kept.append(arguments[3])
        return []

    monkeypatch.setattr(batch, "process_tasks", process_tasks)
    return kept


@pytest.fixture
def call(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "call.wav", speech(3))


def relisten(*arguments: object) -> Result:
    words = [str(each) for each in arguments]
    return CliRunner().invoke(cli.relisten, words, catch_exceptions=False)


@pytest.mark.parametrize(
    ("options", "request_"),
    [
        ((), Request()),
        (("--translate",), Request(translate=True)),
        (("--no-translate",), Request(translate=False)),
        (("--engine", "openai"), Request(engine="openai-whisper")),
        (("--engine", "openai-whisper"), Request(engine="openai-whisper")),
        (("--engine", "faster-whisper"), Request(engine="faster-whisper")),
        (("--model", "FAKE"), Request(model="fake-base")),
        (("--channels", "Anna, Ben"), Request(channels=("Anna", "Ben"))),
        (("--language", "de", "--project", "acme"), Request(language="de", project="acme")),
        (("--speakers", "2"), Request(speakers=SpeakerCount(2, 2))),
        (("--min-speakers", "2"), Request(speakers=SpeakerCount(2))),
        (
            ("--min-speakers", "2", "--max-speakers", "4"),
            Request(speakers=SpeakerCount(2, 4)),
        ),
        (("--only", "speakers"), Request(only="diarize")),
    ],
)
def test_what_is_typed_is_what_is_requested(
    call: Path, requests: list[Request], options: tuple[str, ...], request_: Request
) -> None:
    assert relisten("process", call, *options).exit_code == 0
    assert requests == [request_]


def test_a_model_by_path_is_requested_with_its_digest(
    call: Path, engines: Engines, requests: list[Request]
) -> None:
    engines.own_digest = "ab12"
    relisten("process", call, "--model", "models/mine.pt")
    assert requests == [Request(model="fake-base", digest="ab12")]


def test_a_vocabulary_is_read_from_its_file(
    call: Path, requests: list[Request], tmp_path: Path
) -> None:
    names = tmp_path / "names.txt"
    names.write_text("# ours\nAcme\n", encoding="utf-8")
    relisten("process", call, "--vocabulary", names)
    assert requests == [Request(vocabulary=("Acme",))]


@pytest.mark.usefixtures("requests")
def test_names_that_cannot_be_listened_for_are_said(call: Path, tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("Acme\nC++\n2026\nYahoo!\n", encoding="utf-8")
    first, *_ = relisten("process", call, "--vocabulary", names).stderr.splitlines()
    assert first == f"{names}: not listened for, as their letters tell too little: C++, 2026"
    names.write_text("Acme\n", encoding="utf-8")
    assert "not listened for" not in relisten("process", call, "--vocabulary", names).stderr


def test_a_model_is_pulled_for_an_engine_by_either_of_its_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted: list[object] = []
    monkeypatch.setattr(catalog, "pull", lambda *_, only: wanted.append(only))
    for engine in ("openai", "openai-whisper", "faster-whisper"):
        assert relisten("models", "pull", "base", "--engine", engine).exit_code == 0
    assert wanted == ["openai", "openai", None]


@pytest.mark.parametrize(
    ("options", "made_with"),
    [
        ((), ("faster-whisper", None, "auto", ANYTHING)),
        (("--model", "tiny"), ("faster-whisper", "tiny", "auto", ANYTHING)),
        (("--engine", "openai"), ("openai-whisper", None, "auto", ANYTHING)),
        (("--device", "cpu"), ("faster-whisper", None, "cpu", ANYTHING)),
        (("--language", "en"), ("faster-whisper", None, "auto", Needs("en"))),
        (("--translate",), ("faster-whisper", None, "auto", Needs(None, translate=True))),
        (("--no-translate",), ("faster-whisper", None, "auto", ANYTHING)),
    ],
)
@pytest.mark.usefixtures("requests")
def test_engines_are_chosen_by_what_is_typed(
    call: Path, engines: Engines, options: tuple[str, ...], made_with: tuple[Any, ...]
) -> None:
    relisten("process", call, *options)
    assert engines.made_with == made_with


def test_what_lies_ahead_is_said_once_and_not_among_what_is_printed(
    call: Path, engines: Engines
) -> None:
    done = relisten("process", call)
    assert done.stderr == (
        "fake-base on 2 cores (fake-whisper, int8): less than a minute for 1 recording, "
        "3 s of sound; with relisten models pull fake-large it would hear better\n"
    )
    assert "fake-base" not in done.stdout


def test_that_speakers_will_not_be_told_is_said_beforehand(call: Path, engines: Engines) -> None:
    engines.voices = None
    _, said = relisten("process", call).stderr.splitlines()
    assert "relisten models pull voices" in said
    assert relisten("process", call).stderr == ""


def test_where_everything_is_done_nothing_is_said_and_nothing_loaded(
    call: Path, engines: Engines
) -> None:
    relisten("process", call)
    engines.asked.clear()
    done = relisten("process", call)
    assert done.exit_code == 0
    assert "already done" in done.stdout
    assert done.stderr == ""
    assert engines.asked["recogniser"] == 0


def test_speakers_alone_are_told_without_a_model_that_hears(
    call: Path, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    relisten("process", call)
    engines.asked.clear()

    def missing(_: Engines) -> None:
        raise ModelMissing("base: its weights are not on this machine.")

    monkeypatch.setattr(Engines, "require_recogniser", missing)
    for named in (call, call.stem):
        done = relisten("process", named, "--only", "speakers")
        assert done.exit_code == 0
        assert "1 done" in done.stdout
        assert done.stderr == ""
    assert engines.asked["recogniser"] == 0


@pytest.mark.parametrize("option", [("--speakers", "2"), ("--only", "speakers")])
def test_speakers_are_not_told_of_a_passage(call: Path, option: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match=f"{option[0]}: of a whole recording"):
        relisten("process", call, "--from", "0", "--to", "1", *option)


def test_a_wrong_engine_is_told_with_the_right_ones(call: Path) -> None:
    done = relisten_refused("process", call, "--engine", "whisperx")
    assert "'faster-whisper', 'openai-whisper', 'openai'" in done


def relisten_refused(*arguments: object) -> str:
    """Return what is said of a command that is refused."""
    done = CliRunner().invoke(cli.relisten, [str(each) for each in arguments])
    assert done.exit_code == 2
    return done.stderr


OPTIONS = [each.opts[0] for each in cli.relisten.commands["process"].params[1:]]


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_is_in_the_readme(option: str) -> None:
    assert f"`{option}" in README or f" {option} " in README
