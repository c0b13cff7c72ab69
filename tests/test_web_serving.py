"""The server as it runs: on this machine alone, quiet, and ended by Ctrl-C without a trace."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

from pipeline.errors import LibraryError, RelistenError, UsageError
from pipeline.library import Library
from pipeline.web import serving
from pipeline.web.guarding import Door
from tests.commands import PROJECT, run
from tests.web import ID, SOUND, small_library

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ADDRESS = re.compile(r"Open (http://127\.0\.0\.1:([0-9]+)/\?token=([\w-]{20,}))\n")
PATIENCE = 30  # seconds for a busy machine
# Runs the command line and tells at its end which sockets it has opened, and to where.
WATCHED = """
import json, sys, cli
seen = []
def look(event, args):
    if event in ("socket.bind", "socket.connect", "socket.getaddrinfo", "socket.sendto"):
        seen.append((event, str(args[1 if event != "socket.getaddrinfo" else 0])))
sys.addaudithook(look)
try:
    cli.main()
finally:
    print("SEEN " + json.dumps(seen), flush=True)
"""


@dataclass(frozen=True, slots=True)
class Running:
    """A server in a process of its own."""

    process: subprocess.Popen[str]
    folder: Path
    port: int
    token: str

    def ask(self, path: str, host: str | None = None, **headers: str) -> tuple[int, bytes]:
        """Ask it over a socket, and return the status and what is answered."""
        known = {"Host": host or f"127.0.0.1:{self.port}", **headers}
        with contextlib.closing(
            http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        ) as connection:
            connection.request("GET", path, headers=known)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def read(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Ask it with the key."""
        return self.ask(path, Authorization=f"Bearer {self.token}", **headers)

    def end(self, how: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        """End it; return its exit code and what else it said."""
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


@contextlib.contextmanager
def serve(folder: Path, *options: str, script: str = "", **environment: str) -> Iterator[Running]:
    """Run the command until what is inside is done."""
    started = ["-c", script] if script else [str(PROJECT / "cli.py")]
    command = [sys.executable, *started, "--library", str(folder), "serve", *options]
    with subprocess.Popen(
        command,
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    ) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            told = ADDRESS.fullmatch(line)
            assert told, (line, process.communicate(timeout=PATIENCE))
            yield Running(process, folder, int(told[2]), told[3])
        finally:
            process.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_library(tmp_path / "library")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Return a server that no test ends."""
    folder = small_library(tmp_path_factory.mktemp("served") / "library")
    with serve(folder, "--no-browser") as running:
        yield running


def test_it_answers_over_a_socket(server: Running) -> None:
    assert server.read(f"/api/recordings/{ID}/sound", Range="bytes=0-9") == (206, SOUND[:10])
    status, body = server.read("/api/recordings")
    assert (status, len(json.loads(body)["recordings"])) == (200, 2)


def test_a_stranger_gets_nothing_over_a_socket(server: Running) -> None:
    key = {"Authorization": f"Bearer {server.token}"}
    for host, headers in (
        (None, {}),
        (None, {"Authorization": "Bearer wrong"}),
        ("evil.example", key),
        (None, {**key, "Origin": "http://evil.example"}),
        (None, {"Cookie": f"relisten-{server.port}={server.token}", "Sec-Fetch-Site": "x"}),
    ):
        status, body = server.ask(f"/api/recordings/{ID}", host, **headers)
        assert status in {400, 401, 403}
        assert b"dollars" not in body


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../../../../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/api/recordings/../../../../etc/passwd",
        "/api/recordings/..%2f..%2f..%2fetc%2fpasswd/sound",
        "//etc/passwd",
    ],
)
def test_no_path_leads_to_another_file(server: Running, path: str) -> None:
    assert server.ask(path)[0] == 401
    status, body = server.read(path)
    assert status == 404
    assert b"root:" not in body


def test_a_second_server_of_a_library_says_so(server: Running) -> None:
    second = run("--library", server.folder, "serve", "--no-browser")
    assert (second.code, second.out) == (1, "")
    assert second.err.startswith(f"relisten: {server.folder}: this library is served already")
    assert second.err.count("\n") == 1


def test_it_ends_quietly_though_somebody_still_listens(folder: Path) -> None:
    with (
        serve(folder, "--no-browser") as running,
        socket.create_connection(("127.0.0.1", running.port)) as idle,
    ):
        idle.sendall(b"GET / HTTP/1.1\r\n")
        assert running.read("/api/recordings")[0] == 200
        assert running.end() == (0, "", "Stop it with Ctrl-C.\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without asking it")
def test_where_there_is_no_library_one_is_made_and_the_system_ends_it_too(tmp_path: Path) -> None:
    with serve(tmp_path / "new", "--no-browser") as running:
        status, body = running.read("/api/recordings")
        assert (status, json.loads(body)["recordings"]) == (200, [])
        assert running.end(signal.SIGTERM)[0] == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signal")
def test_a_terminal_that_is_closed_ends_it_as_quietly(folder: Path) -> None:
    with serve(folder, "--no-browser") as running:
        assert running.read("/")[0] == 200
        assert running.end(signal.SIGHUP) == (0, "", "Stop it with Ctrl-C.\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signal")
def test_a_terminal_that_is_closed_twice_lets_it_end_what_it_does() -> None:
    before, done = signal.getsignal(signal.SIGHUP), []
    with serving.ended_quietly():
        try:
            signal.raise_signal(signal.SIGHUP)
        finally:  # as children are ended and requests answered
            signal.raise_signal(signal.SIGHUP)
            done.append("all")
    assert done == ["all"]
    assert signal.getsignal(signal.SIGHUP) is before


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signal")
def test_what_is_not_to_end_with_its_terminal_does_not() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    went_on = False
    try:
        with serving.ended_quietly():
            signal.raise_signal(signal.SIGHUP)
            went_on = True
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
    assert went_on


def test_a_ticket_is_worth_nothing_where_no_browser_comes() -> None:
    door = Door("a-token", 8765)
    kept, gone = serving.ticket_of(door), serving.ticket_of(door, lasts=0.01)
    patience = time.monotonic() + PATIENCE
    while gone in door.tickets and time.monotonic() < patience:
        time.sleep(0.01)
    assert door.tickets == {kept}


def test_it_is_reached_on_this_machine_alone_and_reaches_out_to_nothing(folder: Path) -> None:
    telemetry = {
        "FASTAPI_OTEL_AUTO_CONFIGURE": "true",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
    }
    with serve(folder, "--no-browser", script=WATCHED, **telemetry) as running:
        running.read("/api/recordings")
        running.read("/api/search?query=dollars")
        running.read(f"/api/recordings/{ID}/sound")
        _, out, err = running.end()
    (line,) = [each for each in out.splitlines() if each.startswith("SEEN ")]
    seen = json.loads(line.removeprefix("SEEN "))
    bound = [each for each in seen if each[0] == "socket.bind"]
    assert bound == [["socket.bind", f"('127.0.0.1', {running.port})"]]
    assert [each for each in seen if each not in bound] == []
    assert err == "Stop it with Ctrl-C.\n"


def test_after_one_that_was_killed_another_can_serve(folder: Path) -> None:
    with serve(folder, "--no-browser") as first:
        first.process.kill()
        first.process.wait()
        with serve(folder, "--no-browser") as second:
            assert second.read("/api/recordings")[0] == 200
            assert second.port == first.port
            assert second.token != first.token


def test_a_damaged_library_says_so(folder: Path) -> None:
    for each in folder.glob("library.sqlite*"):
        each.unlink()
    (folder / "library.sqlite").write_bytes(b"no library, by far " * 400)
    with pytest.raises(LibraryError, match="the library is damaged"):
        serving.serve(folder, 0, lambda _: pytest.fail("it is served"), browse=False)


# Ports


def test_a_library_has_a_port_of_its_own(tmp_path: Path) -> None:
    ports = {serving.usual_port(tmp_path / str(number)) for number in range(20)}
    assert len(ports) > 15
    assert all(20_000 <= port < 30_000 for port in ports)
    assert serving.usual_port(tmp_path) == serving.usual_port(tmp_path)


def test_where_its_own_port_is_taken_another_is(tmp_path: Path) -> None:
    with serving.listening(tmp_path, None) as first, serving.listening(tmp_path, None) as second:
        assert first.getsockname()[0] == second.getsockname()[0] == "127.0.0.1"
        assert first.getsockname()[1] != second.getsockname()[1]


def test_a_port_that_was_asked_for_is_no_other(tmp_path: Path) -> None:
    with serving.listening(tmp_path, 0) as first:
        port = first.getsockname()[1]
        said = rf"^port {port} cannot be had \(another program uses it\)\. Choose another"
        with pytest.raises(UsageError, match=said), serving.listening(tmp_path, port):
            pass


def test_a_port_that_is_not_ours_to_take_says_why() -> None:
    refused = OSError(13, "Permission denied")
    assert serving.reason(refused) == "Permission denied"


# The browser


def test_the_browser_is_opened_with_what_opens_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    called = threading.Event()

    def open_browser(address: str) -> None:
        opened.append(address)
        called.set()

    def answer(app: Any, listener: socket.socket) -> None:
        assert called.wait(PATIENCE)

    monkeypatch.setattr(webbrowser, "open", open_browser)
    monkeypatch.setattr(serving, "answer", answer)
    told: list[str] = []
    serving.serve(folder, 0, told.append, browse=True)
    (printed,), (shown,) = told, opened
    assert printed.split("?")[0] == shown.split("?")[0]
    assert printed != shown  # how programs are started can be seen by others on the machine


def test_without_a_browser_none_is_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda _: pytest.fail("a browser was opened"))
    monkeypatch.setattr(serving, "answer", lambda *_: time.sleep(0.05))
    serving.serve(folder, 0, lambda _: None, browse=False)


# Alone


def test_one_server_has_a_library_and_then_the_next(folder: Path) -> None:
    for _ in range(2):
        with (
            serving.alone(folder),
            pytest.raises(RelistenError, match="served already"),
            serving.alone(folder),
        ):
            pass


def test_who_is_alone_sweeps_what_a_killed_server_was_being_sent(folder: Path) -> None:
    half = folder / "recordings" / ".ab.part"
    half.parent.mkdir(exist_ok=True)
    half.write_bytes(b"half of an interview")
    with serving.alone(folder):
        assert not half.exists()


@pytest.mark.parametrize("refusal", [PermissionError(13, "no"), NotImplementedError("no locks")])
def test_a_library_on_a_disk_without_locks_is_served(
    folder: Path, monkeypatch: pytest.MonkeyPatch, refusal: Exception
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise refusal

    monkeypatch.setattr(FileLock, "acquire", refuse)
    half = folder / "recordings" / ".ab.part"  # of another server perhaps
    half.parent.mkdir(exist_ok=True)
    half.write_bytes(b"half")
    with serving.alone(folder), Library(folder) as library:
        assert library.recordings()
    assert half.exists()


def test_a_server_that_does_not_start_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["type"] == "lifespan.startup"
        await send({"type": "lifespan.startup.failed", "message": "the moon is full"})

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        with pytest.raises(RelistenError, match="did not start"):
            serving.answer(app, listener)
    assert "the moon is full" in capfd.readouterr().err
