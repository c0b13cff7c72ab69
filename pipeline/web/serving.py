"""The server running: on this machine's own address alone, until it is stopped."""

from __future__ import annotations

import contextlib
import errno
import logging
import secrets
import signal
import socket
import threading
import webbrowser
from hashlib import sha256
from typing import TYPE_CHECKING

import uvicorn
from filelock import FileLock, Timeout

from pipeline.errors import RelistenError, UsageError
from pipeline.library import Library
from pipeline.library.database import FILE_NAME
from pipeline.library.holding import FOLDER
from pipeline.privacy import SENT
from pipeline.web.application import guarded
from pipeline.web.guarding import Door
from pipeline.web.uploads import sweep_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"
TOKEN_SIZE = 24  # bytes
USUAL_PORTS = range(20_000, 30_000)  # which no system gives to programs that ask for any
LOCK = "serving.lock"
TICKET_LASTS = 120.0  # seconds for a browser to start
PATIENCE = 3  # seconds for what is still being sent when it is stopped
AT_ONCE = 0.5  # seconds
ENDED_BY = ("SIGTERM", "SIGHUP")  # the latter where the terminal is closed; Windows has none


def serve(folder: Path, port: int | None, tell: Callable[[str], None], *, browse: bool) -> None:
    """Serve a library, made if there is none, until Ctrl-C.

    port : 0 is any that is free; None is the library's usual one, else any.
    tell : is called with the address as soon as it is known; it answers then, or soon.
    """
    Library(folder, create=not (folder / FILE_NAME).exists()).close()
    with ended_quietly(), alone(folder), listening(folder, port) as listener:
        door = Door(secrets.token_urlsafe(TOKEN_SIZE), listener.getsockname()[1])
        app = guarded(folder, door)
        tell(address(door, door.token))
        if browse:
            # A browser that runs in the terminal does not return before it is closed.
            place = (address(door, ticket_of(door)),)
            threading.Thread(target=webbrowser.open, args=place, daemon=True).start()
        answer(app, listener)


def ticket_of(door: Door, lasts: float = TICKET_LASTS) -> str:
    """Return a ticket for a door, which is worth nothing after some seconds: no browser came."""
    door.tickets.add(ticket := secrets.token_urlsafe(TOKEN_SIZE))
    timer = threading.Timer(lasts, door.tickets.discard, (ticket,))
    timer.daemon = True
    timer.start()
    return ticket


def address(door: Door, token: str) -> str:
    """Return the address that opens a door."""
    return f"http://{LOOPBACK}:{door.port}/?token={token}"


def answer(app: ASGIApp, listener: socket.socket) -> None:
    """Answer who asks, until Ctrl-C or until the system ends this process."""
    config = uvicorn.Config(
        app,
        access_log=False,  # an address may hold the token
        log_level="error",
        server_header=False,
        http="h11",
        ws="none",
        timeout_graceful_shutdown=PATIENCE,
    )
    server, over = uvicorn.Server(config), threading.Event()

    def run() -> None:
        try:
            with contextlib.suppress(SystemExit):  # it does not start: told below
                server.run([listener])
        finally:
            over.set()

    # In a thread of its own it leaves Ctrl-C alone, which it would tell of at length.
    threading.Thread(target=run, daemon=True).start()
    try:
        wait_for(over)
    except KeyboardInterrupt:
        # What is cut off now is no fault.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        server.should_exit = True
        wait_for(over)
        return
    if not server.started:
        raise RelistenError("the server did not start; what stands above says why. Try again.")


@contextlib.contextmanager
def ended_quietly() -> Iterator[None]:
    """End what is inside by Ctrl-C, and where a service or a closed terminal ends this process."""

    def end(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_IGN)  # a closed terminal and its shell send it both
        raise KeyboardInterrupt

    wanted = (getattr(signal, name, None) for name in ENDED_BY)
    # One that is ignored stays so: by `nohup`, it is to go on without its terminal.
    known = {each: signal.getsignal(each) for each in wanted if each is not None}
    changed = {each: before for each, before in known.items() if before != signal.SIG_IGN}
    for each in changed:
        signal.signal(each, end)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            yield
    finally:
        for each, before in changed.items():
            signal.signal(each, before)


def wait_for(over: threading.Event) -> None:
    """Wait for an event, as Ctrl-C can break it off: on Windows only what has an end is.

    Not for the thread itself: CPython 3.11 takes one for ended whose `join` a Ctrl-C breaks off.
    """
    while not over.wait(AT_ONCE):
        pass


def usual_port(folder: Path) -> int:
    """Return the port of a library: the same each time, so that its pages are the same to browsers.

    What they keep for a page, as words that were typed and are not saved yet, they keep by it.
    """
    digest = sha256(str(folder.absolute()).encode("utf-8", "surrogateescape")).digest()
    return USUAL_PORTS[int.from_bytes(digest[:4]) % len(USUAL_PORTS)]


@contextlib.contextmanager
def listening(folder: Path, port: int | None) -> Iterator[socket.socket]:
    """Lend a socket that only this machine reaches; raises UsageError for a port that is taken."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        try:
            bind(listener, usual_port(folder) if port is None else port)
        except OSError as error:
            if port is not None:
                raise UsageError(
                    f"port {port} cannot be had ({reason(error)}). Choose another, or leave "
                    "--port out: then a free one is taken."
                ) from error
            bind(listener, 0)
        listener.listen()
        yield listener


def bind(listener: socket.socket, port: int) -> None:
    """Take a port for this server alone; raises OSError where that cannot be."""
    alone_on_windows = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
    if alone_on_windows is not None:  # else two programs could share it there
        listener.setsockopt(socket.SOL_SOCKET, alone_on_windows, 1)
    else:  # else it cannot be had for a minute after the last server
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((LOOPBACK, port))


def reason(error: OSError) -> str:
    """Say in a few words why a port cannot be had."""
    if error.errno == errno.EADDRINUSE:
        return "another program uses it"
    return error.strerror or str(error)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only server of a library; raises RelistenError where there is one already."""
    lock = FileLock(folder / FOLDER / LOCK, mode=0o600)
    try:
        (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise RelistenError(
            f"{folder}: this library is served already, by another relisten serve. Open the "
            "address that it has printed, or stop it with Ctrl-C."
        ) from None
    except (OSError, NotImplementedError):  # a disk that cannot be written: it is read alone
        yield
        return
    try:
        sweep_parts(folder / SENT, alone=True)
        yield
    finally:
        lock.release()
