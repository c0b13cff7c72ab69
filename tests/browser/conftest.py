"""Chromium, and a server on a library of one's own: what every test in a browser needs."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import uvicorn

from pipeline.library import Library
from pipeline.web.application import application
from tests.browser import calls
from tests.browser.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Response

TOKEN = "a-token-for-tests"
FLAGS = [
    "--no-sandbox",  # tests run in containers, where Chromium's own cannot be had
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs on a library in `folder`; `first` and `second` are its recordings."""

    address: str
    folder: Path
    token: str = TOKEN
    first: str = calls.FIRST
    second: str = calls.SECOND

    def visit(self, page: Page, path: str) -> Response | None:
        """Open a page of it with the token, which is then in a cookie; `path` may have a #hash."""
        place, _, moment = path.partition("#")
        sign = "&" if "?" in place else "?"
        return page.goto(f"{self.address}{place}{sign}token={self.token}#{moment}".rstrip("#"))

    def open_call(self, page: Page, moment: str = "") -> None:
        """Open the first recording, ready to be heard."""
        self.visit(page, f"/recordings/{self.first}{moment}")
        until(page, "globalThis.relisten?.player.audio.readyState >= 1")

    def library(self) -> Library:
        """Open its library, as another program would; close it."""
        return Library(self.folder)


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """Run a server on a library, in a thread, on a port of its own."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()  # whoever comes before the server is up waits for it
        port = listener.getsockname()[1]
        app = application(folder, TOKEN, port)
        config = uvicorn.Config(app, log_level="error", access_log=False, http="h11", ws="none")
        config.timeout_graceful_shutdown = 1
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield Served(f"http://127.0.0.1:{port}", folder)
        finally:
            server.should_exit = True
            thread.join(10)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return the system's Chromium, or the one of RELISTEN_CHROMIUM, or Playwright's own."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("RELISTEN_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def ready_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a library that is made once; tests get copies of it."""
    folder = tmp_path_factory.mktemp("ready") / "library"
    with Library(folder, create=True) as library:
        calls.fill_library(library)
    return folder


@pytest.fixture
def served(
    ready_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Served]:
    """Run a server on a library of the test's own; what follows an edit wants no models."""
    monkeypatch.setattr("pipeline.web.follower.look_again", lambda *_: None)
    folder = tmp_path / "served"
    shutil.copytree(ready_library, folder)
    with serving(folder) as running:
        yield running


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Return a page in a profile of its own; what goes wrong in it unseen fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(PATIENCE)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown, wrong = context.new_page(), list[str]()
    shown.on("pageerror", lambda error: wrong.append(f"{error}"))
    yield shown
    context.close()
    assert wrong == []
