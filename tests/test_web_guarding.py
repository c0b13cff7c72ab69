"""Who gets in: our own pages and who has the token; nobody else gets anything at all."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.web.guarding import LARGEST_BODY, POLICY, Asking, Door, asked, whole
from tests.web import HERE, ID, PORT, TOKEN, client, get, small_library, stranger

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

HOST = f"127.0.0.1:{PORT}"
COOKIE = f"relisten-{PORT}={TOKEN}"
PLACES = ("/", "/api/recordings", f"/api/recordings/{ID}", "/static/style.css", "/openapi.json")
# What of the library no stranger may learn.
SECRETS = ("First call", "acme", "Ann", "dollars", ID, TOKEN)


def asking(method: str = "GET", path: str = "/api/recordings", **headers: str) -> Asking:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Asking(method, path, (), {"host": HOST, **named})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_library(tmp_path_factory.mktemp("served") / "library")


@pytest.fixture
def page(folder: Path) -> TestClient:
    """Return a browser in which a page of the server is open."""
    return stranger(folder, cookie=COOKIE, **{"sec-fetch-site": "same-origin"})


@pytest.mark.parametrize(
    "let_in",
    [
        asking(authorization=f"Bearer {TOKEN}"),
        asking(authorization=f"bearer  {TOKEN} "),
        asking(host=f"localhost:{PORT}", authorization=f"Bearer {TOKEN}"),
        asking(cookie=COOKIE),
        asking(cookie=f'other="{{; a"; {COOKIE}; b=c'),
        asking(cookie=f"relisten-{PORT}=of-another; {COOKIE}"),
        asking(cookie=COOKIE, origin=HERE, sec_fetch_site="same-origin"),
        asking(cookie=COOKIE, sec_fetch_site="none"),
        asking("POST", cookie=COOKIE, origin=HERE),
        asking("POST", authorization=f"Bearer {TOKEN}"),
        asking("POST", host=f"localhost:{PORT}", cookie=COOKIE, origin=f"http://localhost:{PORT}"),
    ],
)
def test_who_has_the_key_and_comes_from_here_is_let_in(let_in: Asking) -> None:
    assert Door(TOKEN, PORT).refusal(let_in) is None


@pytest.mark.parametrize(
    ("kept_out", "status"),
    [
        (asking(), 401),
        (asking(authorization="Bearer"), 401),
        (asking(authorization=f"Bearer {TOKEN}x"), 401),
        (asking(authorization=f"Bearer {TOKEN[:-1]}"), 401),
        (asking(authorization="Bearer \u00e9\udcff"), 401),
        (asking(authorization=f"Basic {TOKEN}"), 401),
        (asking(cookie=f"relisten-{PORT + 1}={TOKEN}"), 401),
        (asking(cookie=f"relisten-{PORT}="), 401),
        (asking(cookie=f"xrelisten-{PORT}={TOKEN}"), 401),
        (asking(host="", cookie=COOKIE), 400),
        (asking(host="127.0.0.1", cookie=COOKIE), 400),
        (asking(host=f"evil.example:{PORT}", cookie=COOKIE), 400),
        (asking(host=f"127.0.0.1:{PORT + 1}", cookie=COOKIE), 400),
        (asking(host=f"127.0.0.1:{PORT}.evil.example", cookie=COOKIE), 400),
        (asking(host=f"{HOST}, {HOST}", cookie=COOKIE), 400),
        (asking(cookie=COOKIE, origin="https://evil.example"), 403),
        (asking(cookie=COOKIE, origin="null"), 403),
        (asking(cookie=COOKIE, origin=""), 403),
        (asking(cookie=COOKIE, origin=f"https://127.0.0.1:{PORT}"), 403),
        (asking(cookie=COOKIE, origin=f"http://127.0.0.1:{PORT + 1}"), 403),
        (asking(cookie=COOKIE, origin=f"http://localhost:{PORT}"), 403),
        (asking(cookie=COOKIE, sec_fetch_site="cross-site"), 403),
        (asking(cookie=COOKIE, sec_fetch_site="same-site"), 403),
        (asking(authorization=f"Bearer {TOKEN}", origin="https://evil.example"), 403),
        (asking("POST", cookie=COOKIE), 403),
        (asking("DELETE", cookie=COOKIE), 403),
    ],
)
def test_everybody_else_is_kept_out(kept_out: Asking, status: int) -> None:
    refusal = Door(TOKEN, PORT).refusal(kept_out)
    assert refusal is not None
    assert refusal.status == status
    assert refusal.sentence.endswith(".")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"cookie": COOKIE, "host": f"evil.example:{PORT}"},
        {"cookie": COOKIE, "origin": "https://evil.example"},
        {"cookie": COOKIE, "sec-fetch-site": "cross-site"},
        {"authorization": "Bearer wrong"},
    ],
    ids=["no key", "forged host", "hostile origin", "hostile page", "wrong key"],
)
def test_a_stranger_learns_nothing(folder: Path, place: str, headers: dict[str, str]) -> None:
    answer = stranger(folder, **headers).get(place)
    assert answer.status_code in {400, 401, 403}
    told = f"{answer.text} {answer.headers}"
    assert not [secret for secret in SECRETS if secret in told]
    assert "access-control-allow-origin" not in answer.headers
    assert "set-cookie" not in answer.headers


def test_a_hostile_page_may_not_even_ask_whether_it_may(folder: Path) -> None:
    headers = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    answer = stranger(folder, cookie=COOKIE, **headers).options("/api/recordings")
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_the_key_in_an_address_becomes_a_cookie(folder: Path) -> None:
    browser = stranger(folder)
    first = browser.get(f"/api/../highlights?a=1&token={TOKEN}&b=%C3%A9")
    assert first.status_code == 303
    assert first.headers["location"] == f"{HERE}/highlights?a=1&b=%C3%A9"
    cookie = first.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE};")
    assert {"httponly", "samesite=strict"} <= {part.strip().lower() for part in cookie.split(";")}
    assert "domain" not in cookie.lower()
    assert browser.get("/api/recordings").status_code == 200


@pytest.mark.parametrize("path", ["//evil.example/", "/%2Fevil.example/", "/\\evil.example"])
def test_the_key_in_an_address_leads_nowhere_else(folder: Path, path: str) -> None:
    scope = {"type": "http", "path": path, "raw_path": path.encode()}
    (start, *_) = asyncio.run(told_by(folder, scope))
    assert start["status"] == 303
    assert dict(start["headers"])[b"location"].startswith(f"{HERE}/".encode())


async def told_by(folder: Path, scope: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the messages with which the server answers a request as it comes from a socket."""
    messages: list[dict[str, Any]] = []
    whole = {"method": "GET", "query_string": f"token={TOKEN}".encode()}
    whole |= {"headers": [(b"host", HOST.encode())], **scope}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        messages.append(message)

    await stranger(folder).app(whole, receive, send)
    return messages


@pytest.mark.parametrize("place", ["/api/recordings", "/static/style.css"])
def test_the_key_is_in_no_address_but_a_page(folder: Path, place: str) -> None:
    assert stranger(folder).get(f"{place}?token={TOKEN}").status_code == 401


def test_a_wrong_key_in_an_address_is_none(folder: Path) -> None:
    answer = stranger(folder).get("/?token=wrong")
    assert answer.status_code == 401
    assert "relisten serve" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


def test_a_ticket_opens_once() -> None:
    door = Door(TOKEN, PORT, {"a-ticket"})
    opening = Asking("GET", "/", (("token", "a-ticket"),), {"host": HOST})
    assert door.refusal(opening) is None
    assert door.refusal(opening) is not None


def test_a_ticket_of_a_hostile_page_is_not_used_up() -> None:
    door = Door(TOKEN, PORT, {"a-ticket"})
    headers = {"host": HOST, "sec-fetch-site": "cross-site"}
    assert door.refusal(Asking("GET", "/", (("token", "a-ticket"),), headers)) is not None
    assert door.tickets == {"a-ticket"}


@pytest.mark.parametrize("place", [*PLACES, "/nothing", "/api/nothing", "/static/nothing"])
@pytest.mark.parametrize("has_key", [True, False])
def test_every_answer_tells_browsers_what_to_keep_to(
    folder: Path, place: str, has_key: bool
) -> None:
    answer = (client if has_key else stranger)(folder).get(place)
    assert answer.headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    kept = "no-cache" if place.startswith("/static/") else "no-store"
    assert answer.headers["cache-control"] == kept


def test_too_much_is_refused_before_all_of_it_came() -> None:
    received: list[int] = []

    async def receive() -> dict[str, Any]:
        received.append(len(received))
        return {"type": "http.request", "body": b"x" * (LARGEST_BODY // 2), "more_body": True}

    assert asyncio.run(whole(receive)) is None
    assert len(received) == 3


def test_too_much_is_told_in_a_sentence(folder: Path) -> None:
    answer = client(folder).post("/api/nothing", content=b"x" * (LARGEST_BODY + 1))
    assert answer.status_code == 413
    assert "1,048,576 bytes" in answer.json()["error"]


def test_as_much_as_can_be_meant_is_taken(page: TestClient) -> None:
    answer = page.post("/api/nothing", content=b"x" * LARGEST_BODY, headers={"origin": HERE})
    assert answer.status_code == 404


def test_a_change_by_a_page_must_say_that_it_is_one(page: TestClient) -> None:
    assert page.post("/api/nothing", json={}).status_code == 403
    assert page.post("/api/nothing", json={}, headers={"origin": HERE}).status_code == 404


def test_headers_that_come_twice_are_both_seen() -> None:
    headers = [(b"host", b"a"), (b"host", b"b")]
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers}
    assert asked(scope).headers["host"] == "a, b"


def test_the_key_is_compared_as_a_whole(folder: Path) -> None:
    assert get(folder, "/api/recordings").status == 200
    assert stranger(folder, authorization=f"Bearer {TOKEN} {TOKEN}").get("/").status_code == 401
