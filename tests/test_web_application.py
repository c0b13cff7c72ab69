"""What every error comes to over HTTP, and the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi import HTTPException
from starlette.testclient import TestClient

from pipeline import errors
from pipeline.web.application import PAGES, STATIC, misunderstood, served, status
from pipeline.web.guarding import Door, Guard, TooLarge
from tests.web import HERE, PORT, TOKEN, client, small_library

if TYPE_CHECKING:
    from pathlib import Path

KEY = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_library(tmp_path_factory.mktemp("served") / "library")


def failing(folder: Path, error: Exception) -> TestClient:
    """Return who asks a server that has a route which always fails so."""
    app = served(folder)

    @app.get("/api/failing")
    def fail() -> None:
        raise error

    guarded = Guard(app, Door(TOKEN, PORT))
    return TestClient(guarded, HERE, headers=KEY, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("error", "expected", "said"),
    [
        (errors.UsageError("That is no day."), 400, "That is no day."),
        (errors.NotFound("Nobody is called so."), 404, "Nobody is called so."),
        (errors.Held("Another is at work."), 423, "Another is at work."),
        (errors.ModelMissing("Pull it."), 409, "Pull it."),
        (errors.RelistenError("Not now."), 409, "Not now."),
        (errors.LibraryError("It is damaged."), 503, "It is damaged."),
        (TooLarge("There is no room."), 413, "There is no room."),
        (HTTPException(418, "a teapot"), 418, "GET /api/failing: a teapot."),
        (
            OSError(28, "No space left on device"),
            500,
            "The system refuses this (No space left on device). Make room, then try again.",
        ),
        (
            ZeroDivisionError("secret words"),
            500,
            "A fault in relisten itself (ZeroDivisionError). Nothing was lost by it.",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_every_error_is_a_sentence(
    folder: Path, error: Exception, expected: int, said: str
) -> None:
    answer = failing(folder, error).get("/api/failing")
    assert (answer.status_code, answer.json()) == (expected, {"error": said})
    assert answer.headers["content-security-policy"]


def test_a_conflict_tells_what_stands_there(folder: Path) -> None:
    changed = errors.Changed("It was changed elsewhere.", "what stands")
    answer = failing(folder, changed).get("/api/failing")
    assert answer.status_code == 409
    assert answer.json() == {"error": "It was changed elsewhere.", "stands": "what stands"}


def every_error(kind: type[errors.RelistenError]) -> list[type[errors.RelistenError]]:
    return [kind, *(each for sub in kind.__subclasses__() for each in every_error(sub))]


def test_every_error_of_the_tree_has_a_status() -> None:
    known = {kind.__name__: status(kind("it failed")) for kind in every_error(errors.RelistenError)}
    assert all(400 <= each < 600 for each in known.values())
    assert known["NoLibrary"] == known["BackupError"] == 503
    assert known["NoAudio"] == 409


def test_what_cannot_be_meant_is_named() -> None:
    missing = {"loc": ("body", "start"), "msg": "Field required"}
    wrong = {"loc": ("body",), "msg": "Input should be an object"}
    assert misunderstood([missing, wrong]) == (
        "start: Field required; the body: Input should be an object"
    )


def test_a_route_that_there_is_not_says_so(folder: Path) -> None:
    answer = client(folder).get("/api/nothing")
    assert (answer.status_code, answer.json()) == (404, {"error": "GET /api/nothing: Not Found."})
    assert client(folder).get("/nothing").text == "Not Found."
    assert client(folder).put("/api/recordings").status_code == 405


@pytest.mark.parametrize("address", ["/", "/recordings/abab", "/highlights", "/docs"])
def test_pages_are_there(folder: Path, address: str) -> None:
    answer = client(folder).get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text.startswith("<!doctype html>")


@pytest.mark.parametrize("file", sorted(set(PAGES.values())))
def test_pages_load_nothing_from_elsewhere_and_run_nothing_inline(file: str) -> None:
    text = (STATIC / file).read_text(encoding="utf-8")
    assert "://" not in text
    assert "<style" not in text
    assert " style=" not in text
    assert text.count("<script") == text.count('<script type="module" src="/static/')
    assert " onclick" not in text


def test_static_files_are_known_by_their_tags(folder: Path) -> None:
    ask = client(folder)
    first = ask.get("/static/style.css")
    assert first.headers["content-type"].startswith("text/css")
    again = ask.get("/static/style.css", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert ask.get("/static/docs.js").headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "address",
    [
        "/static/%2e%2e/%2e%2e/errors.py",
        "/static/..%2f..%2ferrors.py",
        "/static/%2fetc/passwd",
        "/static/..%5c..%5cerrors.py",
        "/static/",
        "/static/%00",
        "/static/" + "a" * 5_000,
    ],
)
def test_nothing_but_static_files_is_static(folder: Path, address: str) -> None:
    answer = client(folder).get(address)
    assert answer.status_code == 404
    assert "RelistenError" not in answer.text


def test_nothing_is_told_to_a_collector(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    telemetry = served(folder)._telemetry
    parts = ("tracing", "metrics", "logs", "auto_configure")
    assert [telemetry.get(each) for each in parts] == [False] * 4


def test_a_request_is_told_of_by_its_way_alone(folder: Path) -> None:
    asked = client(folder).get("/api/nothing?token=secret")
    assert "secret" not in asked.text
