"""Recordings taken in by the server: sent, transcribed one after the other, resumed, told of."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pipeline.asked import Ask, Asks
from pipeline.library import Library
from pipeline.progress import FILES, Progress, silent
from pipeline.running import shown_as_running
from pipeline.sighting import sight
from pipeline.web import children, importing
from pipeline.web.children import last_said
from tests import sounds, web
from tests.commands import PROJECT
from tests.transcribing import COMMAND

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

PATIENCE = 30.0  # seconds for a child on a busy machine


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a library whose server begins children without weights."""
    monkeypatch.setattr(children, "RELISTEN", COMMAND)
    return web.small_library(tmp_path / "library")


@pytest.fixture
def server(folder: Path) -> Iterator[TestClient]:
    """Run the server, from its beginning to its end."""
    with web.client(folder) as running:
        yield running


@pytest.fixture
def sound(tmp_path: Path) -> bytes:
    return sounds.write_wav(tmp_path / "sound.wav", sounds.speech(2, seed=1)).read_bytes()


def send(server: TestClient | httpx.Client, name: str, data: bytes, **how: str) -> Any:
    return server.post("/api/imports", params={"name": name, **how}, content=data)


def until(server: TestClient | httpx.Client, holds: Callable[[Any], object]) -> Any:
    """Return what is being worked on, once something holds of it."""
    end = time.monotonic() + PATIENCE
    while not holds(now := server.get("/api/running").json()):
        assert time.monotonic() < end, now
        time.sleep(0.02)
    return now


def idle(now: Any) -> bool:
    return not now["running"] and not now["waiting"]


def kept(folder: Path) -> list[str]:
    return sorted(each.name for each in (folder / "recordings").glob("[!.]*"))


def test_what_is_sent_is_transcribed_and_filed_as_is_asked(
    server: TestClient, folder: Path, sound: bytes
) -> None:
    said = send(server, "Ann 2026-09-03.wav", sound, project=" new\n one ", channels="Ann").json()
    assert said["name"] == "Ann 2026-09-03.wav"
    assert "will be transcribed" in said["said"]
    now = until(server, lambda now: now["finished"] == 1)
    assert idle(now)
    with Library(folder) as library:
        found = library.find("Ann 2026-09-03")
        assert (found.project, found.path) == ("new one", folder / "recordings" / said["name"])
        assert "price" in library.text(found.id)


def test_the_day_on_which_a_file_was_made_is_kept(
    server: TestClient, folder: Path, sound: bytes
) -> None:
    moment = 1_700_000_000_000
    params = {"name": "talk.wav", "modified": str(moment)}
    assert server.post("/api/imports", params=params, content=sound).status_code == 200
    assert (folder / "recordings" / "talk.wav").stat().st_mtime == moment / 1000
    until(server, lambda now: now["finished"] == 1)
    with Library(folder) as library:
        assert library.find("talk").recorded_at[:7] == "2023-11"


@pytest.mark.parametrize("modified", ["-1", "tomorrow", str(1 << 50), "1.5"])
def test_a_day_that_is_none_is_refused(server: TestClient, modified: str) -> None:
    params = {"name": "talk.wav", "modified": modified}
    assert server.post("/api/imports", params=params, content=b"x").status_code == 400


def test_files_take_their_turns(server: TestClient, folder: Path, tmp_path: Path) -> None:
    for number in (1, 2):
        path = sounds.write_wav(tmp_path / "each.wav", sounds.speech(1, seed=number))
        assert send(server, f"{number}.wav", path.read_bytes()).status_code == 200
    until(server, lambda now: now["finished"] == 2)
    with Library(folder) as library:
        order = sorted(library.places(), key=lambda each: each.path.name)
    assert [each.path.name for each in order] == ["1.wav", "2.wav"]
    assert list(Asks(folder / "recordings" / ".asked")) == []


def test_one_that_cannot_be_heard_says_why_and_stops_no_other(
    server: TestClient, folder: Path, sound: bytes
) -> None:
    send(server, "broken.wav", b"this is no sound at all")
    send(server, "whole.wav", sound)
    now = until(server, lambda now: now["finished"] == 1)
    (failed,) = now["failed"]
    assert failed["name"] == "broken.wav"
    assert failed["path"] == str(folder / "recordings" / "broken.wav")
    assert "no audio or video" in failed["reason"]
    assert kept(folder) == ["broken.wav", "whole.wav"]


def test_what_cannot_even_begin_says_the_commands_own_sentence(server: TestClient) -> None:
    send(server, "fail.wav", b"no weights for this")
    now = until(server, lambda now: now["failed"])
    assert now["failed"][0]["reason"] == "base: its weights are not here."


def test_what_failed_can_be_tried_again_as_it_was_asked_for(
    server: TestClient, folder: Path, sound: bytes
) -> None:
    send(server, "call.wav", b"not yet a sound", project="acme")
    (failed,) = until(server, lambda now: now["failed"])["failed"]
    (folder / "recordings" / "call.wav").write_bytes(sound)
    assert server.post("/api/again", json={"path": failed["path"]}).status_code == 200
    now = until(server, lambda now: now["finished"] == 1)
    assert now["failed"] == []
    with Library(folder) as library:
        assert library.find("call").project == "acme"


def test_what_failed_in_another_run_can_be_tried_too(
    server: TestClient, folder: Path, calls: list[Path]
) -> None:
    with Library(folder) as library:
        library.put_failure(sight(calls[0]), f"{calls[0]}: it was busy")
    (failed,) = server.get("/api/running").json()["failed"]
    assert (failed["path"], failed["name"]) == (str(calls[0]), "a.wav")
    server.post("/api/again", json={"path": failed["path"]})
    assert until(server, lambda now: now["finished"] == 1)["failed"] == []


@pytest.mark.parametrize("path", ["/etc/passwd", "", "calls/first.m4a", "a\x00b"])
def test_only_what_failed_is_tried_again(server: TestClient, path: str) -> None:
    said = server.post("/api/again", json={"path": path})
    assert said.status_code == 404
    assert "not among the files that failed" in said.json()["error"]


def test_what_was_put_right_elsewhere_is_no_failure(
    server: TestClient, folder: Path, calls: list[Path]
) -> None:
    asks = Asks(folder / "recordings" / ".asked")
    asks.add(Ask(calls[0], reason="once"))
    asks.add(Ask(calls[0].with_name("gone.wav"), reason="once"))
    done = sight(calls[0])
    with Library(folder) as library:
        library.put_place(web.ID, done, {})
    assert server.get("/api/running").json()["failed"] == []
    assert list(asks) == []


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("notes.txt", b"words", "its ending is none of a recording"),
        ("call.wav", b"", "it is empty"),
        ("", b"words", "its ending is none of a recording"),
    ],
)
def test_what_is_no_recording_is_refused_and_leaves_nothing(
    server: TestClient, folder: Path, name: str, data: bytes, said: str
) -> None:
    answer = send(server, name, data)
    assert answer.status_code == 400
    assert said in answer.json()["error"]
    assert kept(folder) == []
    assert list((folder / "recordings").glob(".*.part")) == []


@pytest.mark.parametrize("how", [{"project": "p" * 301}, {"channels": "c" * 301}, {}])
def test_what_is_asked_for_has_limits(server: TestClient, how: dict[str, str]) -> None:
    name = {"name": "n" * 301} if not how else {"name": "a.wav"}
    assert server.post("/api/imports", params={**name, **how}, content=b"x").status_code == 400


def test_what_there_is_no_room_for_is_refused(
    server: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.web.uploads.KEPT_FREE", 1 << 60)
    answer = send(server, "call.wav", b"sound")
    assert answer.status_code == 413
    assert "no room" in answer.json()["error"]
    assert server.get("/api/imports").json()["room"] == 0
    assert kept(folder) == []


def test_a_page_can_know_beforehand_what_is_taken(server: TestClient) -> None:
    said = server.get("/api/imports").json()
    assert {".wav", ".mp3", ".m4a", ".mp4"} <= set(said["endings"])
    assert said["room"] > 0


def test_the_same_recording_is_not_added_twice(
    server: TestClient, folder: Path, sound: bytes
) -> None:
    send(server, "first name.wav", sound)
    until(server, lambda now: now["finished"] == 1)
    said = send(server, "second name.wav", sound).json()
    assert said["name"] == "first name"
    assert "nothing was added" in said["said"]
    assert kept(folder) == ["first name.wav"]
    with Library(folder) as library:
        assert library.get(said["recording"]) is not None


def test_a_recording_whose_file_is_gone_gets_it_back(
    server: TestClient, folder: Path, sound: bytes
) -> None:
    send(server, "a long talk.wav", sound)
    until(server, lambda now: now["finished"] == 1)
    (folder / "recordings" / "a long talk.wav").unlink()
    assert send(server, "the same.wav", sound).json()["recording"] is None
    until(server, lambda now: now["finished"] == 2)
    with Library(folder) as library:
        assert library.find("a long talk").path == folder / "recordings" / "the same.wav"


def test_what_is_at_work_and_what_waits_is_told(server: TestClient, sound: bytes) -> None:
    send(server, "slow.wav", b"slow")
    send(server, "next.wav", sound)
    again = send(server, "other.wav", sound).json()
    assert (again["name"], "nothing was added" in again["said"]) == ("next.wav", True)
    now = until(server, lambda now: any(each["whole"] for each in now["running"]))
    (running,) = now["running"]
    assert (running["recording"], running["stage"]) == ("slow.wav", "transcribe")
    assert (running["done"], running["total"], running["whole"]) == (30.0, 60.0, 0.4)
    assert now["waiting"] == ["next.wav"]


def test_what_was_begun_ends_with_the_server_and_is_taken_up_by_the_next(
    folder: Path, sound: bytes
) -> None:
    with web.client(folder) as first:
        send(first, "slow.wav", b"slow")
        send(first, "next.wav", sound)
        until(first, lambda now: now["running"])
        begun = time.monotonic()
    assert time.monotonic() - begun < children.PATIENCE
    assert list((folder / "locks").glob("batch-*")) == []
    waiting = [ask.path.name for _, ask in Asks(folder / "recordings" / ".asked").waiting()]
    assert waiting == ["slow.wav", "next.wav"]
    (folder / "recordings" / "slow.wav").write_bytes(sound + sound)  # else it takes a minute
    with web.client(folder) as second:
        until(second, lambda now: now["finished"] == 2)
    with Library(folder) as library:
        assert all("price" in library.text(library.find(name).id) for name in ("slow", "next"))


SERVE = """
import signal
import sys
import cli
from pipeline.web import children
from tests.transcribing import COMMAND
signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs tests may be deaf to it
children.RELISTEN = COMMAND
sys.argv = ["relisten", "--library", sys.argv[1], "serve", "--port", "0", "--no-browser"]
cli.main()
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_on_a_server_leaves_no_child_behind(folder: Path, number: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        cwd=PROJECT,
    ) as process:
        assert process.stdout is not None
        address, _, token = process.stdout.readline().split()[1].partition("?token=")
        key = {"authorization": f"Bearer {token}"}
        with httpx.Client(base_url=address, headers=key, timeout=PATIENCE) as server:
            send(server, "call.wav", b"slow")
            until(server, lambda now: now["running"])
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
    assert list((folder / "locks").glob("batch-*")) == []
    waiting = [ask.path.name for _, ask in Asks(folder / "recordings" / ".asked").waiting()]
    assert waiting == ["call.wav"]


def test_a_batch_of_another_process_is_told_of(
    server: TestClient, folder: Path, calls: list[Path]
) -> None:
    with Library(folder) as library:
        library.put_failure(sight(calls[1]), f"{calls[1]}: begun")
    with shown_as_running(folder, silent) as report:
        report(Progress(FILES, 1, 3, path=calls[1]))
        now = server.get("/api/running").json()
    (running,) = now["running"]
    assert (running["recording"], running["files_done"], running["files"]) == ("b.wav", 1, 3)
    assert now["failed"] == []  # as long as it is at it


def test_the_version_changes_whenever_the_library_does(
    server: TestClient, folder: Path, calls: list[Path]
) -> None:
    before = server.get("/api/running").json()["version"]
    assert server.get("/api/running").json()["version"] == before
    with Library(folder) as library:
        library.add_tags(web.ID, ["another"])
    assert server.get("/api/running").json()["version"] != before


def test_a_broken_upload_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "the disk went away")

    monkeypatch.setattr("pipeline.web.uploads.os.fsync", fail)
    with web.client(folder) as server:
        answer = send(server, "call.wav", b"sound")
        assert answer.status_code == 500
        assert "the disk went away" in answer.json()["error"]
    assert kept(folder) == []
    assert list(Asks(folder / "recordings" / ".asked")) == []


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("", "relisten ended without saying why (code -9). See: relisten doctor"),
        ("12 of 300 files done\nrelisten: it is so. Do that.\n", "it is so. Do that."),
        ("Traceback\n  KeyError: 3\n\n", "KeyError: 3"),
    ],
)
def test_the_sentence_that_a_command_ends_with_is_found(said: str, sentence: str) -> None:
    assert last_said(said, -9) == sentence


def test_blocks_hold_all_that_comes() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b"a" * 700_000, b"", b"b" * 700_000, b"c"):
            yield piece

    async def sizes() -> list[int]:
        return [len(block) async for block in importing.in_blocks(pieces())]

    import asyncio

    assert asyncio.run(sizes()) == [1_400_000, 1]


def test_the_real_command_is_begun_without_what_lies_in_the_folder_one_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: list[Path]
) -> None:
    (tmp_path / "cli.py").write_text("raise SystemExit(77)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ask = Ask(tmp_path / "there is none.wav")
    child = children.begun(children.RELISTEN, tmp_path / "library", ask)
    assert "there is no such file" in child.communicate(timeout=PATIENCE)[1]
    assert child.returncode == 2


def test_a_child_that_does_not_end_is_ended_by_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.name == "nt":
        pytest.skip("Windows ends it at once")
    monkeypatch.setattr(children, "PATIENCE", 0.2)
    deaf = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print('x', file="
    deaf += "__import__('sys').stderr, flush=True); time.sleep(60)"
    child = children.begun((COMMAND[0], "-c", deaf), tmp_path, Ask(tmp_path / "a.wav"))
    assert child.stderr is not None
    child.stderr.readline()
    children.ended(child)
    assert child.poll() == -9
    child.stderr.close()


def test_what_failed_is_known_by_what_the_library_says(folder: Path, calls: list[Path]) -> None:
    with Library(folder) as library:
        library.put_failure(sight(calls[0]), "because")
    assert children.why_failed(folder, calls[0]) == "because"
    assert children.why_failed(folder, calls[1]) == ""
    assert children.why_failed(calls[0].parent / "no library", calls[0]) == ""
