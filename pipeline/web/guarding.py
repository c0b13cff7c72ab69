"""Who may ask: this machine's own pages with the token, and nobody else, by whatever name.

What another site's page can send from this browser is refused by where it says it comes from, what
it could get by another name for this machine (DNS rebinding) by the Host that it asks for.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from fastapi import Response
from fastapi.responses import PlainTextResponse
from starlette.datastructures import Headers, MutableHeaders

from pipeline.errors import UsageError
from pipeline.web.jsons import failed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self' blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
# What was said is to be nowhere but in the library: who forgets a recording looks in no browser.
KEPT_NOWHERE = "no-store"
API, UPLOADS, STATIC = "/api/", "/api/imports", "/static/"
LARGEST_BODY = 1 << 20  # bytes of what is sent but a recording, which has a limit of its own
READING = {"GET", "HEAD"}
FROM_HERE = {"same-origin", "none"}  # none: typed, or opened by another program
HOW_TO_OPEN = "Open the address that relisten serve has printed: it holds the key."


class TooLarge(UsageError):
    """More is sent than can be meant, or than there is room for."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody gets nothing, and the status of HTTP for it."""

    sentence: str
    status: int = 403


TOO_LARGE = Refusal(f"More than {LARGEST_BODY:,} bytes are sent: that cannot be meant.", 413)


@dataclass(frozen=True, slots=True)
class Asking:
    """What is looked at of a request: how and what it asks for, from where, and with which keys."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]

    @property
    def query_token(self) -> str | None:
        """The token in the address: only a page has one there."""
        if self.method not in READING or self.path.startswith((API, STATIC)):
            return None
        return dict(self.query).get("token")

    @property
    def bearer(self) -> str:
        """The token of a program."""
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if kind.casefold() == "bearer" else ""

    def cookies(self, name: str) -> Iterator[str]:
        """Yield the values of cookies of a name: another server of this machine may set one."""
        for part in self.headers.get("cookie", "").split(";"):
            named, _, value = part.strip().partition("=")
            if named == name:
                yield value

    @property
    def from_page(self) -> bool:
        """Whether a browser is to show what is answered, as a page of its own."""
        return not self.path.startswith(API)


@dataclass(frozen=True, slots=True)
class Door:
    """Whom to let in: who asks this port, from here, and has the token.

    A ticket is as good as the token in one address, once: the browser is started with one, and
    how programs were started can be seen by everybody on the machine.
    """

    token: str
    port: int
    tickets: set[str] = field(default_factory=set)

    @property
    def cookie(self) -> str:
        """The cookie's name: cookies of one machine are not told apart by their ports."""
        return f"relisten-{self.port}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names that this server goes by."""
        return (f"127.0.0.1:{self.port}", f"localhost:{self.port}")

    def refusal(self, asking: Asking) -> Refusal | None:
        """Return why somebody is not let in; None who is."""
        return self._misled(asking) or self._unknown(asking)

    def _misled(self, asking: Asking) -> Refusal | None:
        """Return why what another site has this browser ask for is not answered."""
        host, headers = asking.headers.get("host", ""), asking.headers
        if host not in self.hosts:
            return Refusal("This server is asked for under another name than its own.", 400)
        if headers.get("origin", f"http://{host}") != f"http://{host}":
            return Refusal("A page of another site asks for this: it gets nothing.")
        if headers.get("sec-fetch-site", "none") not in FROM_HERE:
            return Refusal("Another site asks for this: it gets nothing.")
        return None

    def _unknown(self, asking: Asking) -> Refusal | None:
        """Return why who asks has not the key to what is asked for."""
        if self._fits(asking.bearer) or self._opens(asking.query_token):
            return None
        if not any(map(self._fits, asking.cookies(self.cookie))):
            return Refusal(f"Nobody gets in without the key. {HOW_TO_OPEN}", 401)
        if asking.method not in READING and "origin" not in asking.headers:
            return Refusal("A change must come from a page of this server, or with the token.")
        return None

    def _opens(self, token: str | None) -> bool:
        """Tell whether a token in an address opens the door; a ticket does so once."""
        if token in self.tickets:
            self.tickets.discard(token)
            return True
        return token is not None and self._fits(token)

    def _fits(self, token: str) -> bool:
        return hmac.compare_digest(token.encode("utf-8", "replace"), self.token.encode())


class Guard:
    """Lets in whom a `Door` lets in, and gives every answer what browsers are to keep to."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have it answered."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, _with_headers(scope["path"], send))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        asking = asked(scope)
        if refusal := self._door.refusal(asking):
            await refused(refusal, asking)(scope, receive, send)
        elif asking.query_token is not None:
            await self._without_token(scope, asking)(scope, receive, send)
        elif asking.method in READING or asking.path == UPLOADS:
            await self._app(scope, receive, send)
        elif (body := await whole(receive)) is None:
            await refused(TOO_LARGE, asking)(scope, receive, send)
        else:
            await self._app(scope, replayed(body, receive), send)

    def _without_token(self, scope: Scope, asking: Asking) -> Response:
        """Send a browser to the same address without the token, which it keeps as a cookie."""
        rest = urlencode([each for each in asking.query if each[0] != "token"])
        path = scope.get("raw_path", b"/").partition(b"?")[0].decode("ascii", "replace")
        # The whole address: a path of "//elsewhere" alone would lead there.
        place = f"http://{asking.headers['host']}{path}{'?' if rest else ''}{rest}"
        answer = Response(status_code=303, headers={"location": place})
        answer.set_cookie(self._door.cookie, self._door.token, httponly=True, samesite="strict")
        return answer


def refused(refusal: Refusal, asking: Asking) -> Response:
    """Return the answer that a refusal is: for a program, or to be read by itself."""
    if asking.from_page:
        return PlainTextResponse(refusal.sentence, refusal.status)
    return failed(refusal.sentence, refusal.status)


def asked(scope: Scope) -> Asking:
    """Return what is looked at of a request; of a header that comes twice, all of it."""
    headers = Headers(scope=scope)
    together = {name: ", ".join(headers.getlist(name)) for name in headers}
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return Asking(scope["method"], scope["path"], tuple(query), together)


async def whole(receive: Receive) -> bytes | None:
    """Return all that is sent, None as soon as it is more than can be meant."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return body
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_BODY:
            return None
    return body


def replayed(body: bytes, receive: Receive) -> Receive:
    """Return what receives a body that was read, and then what else comes."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receiving() -> Message:
        return messages.pop() if messages else await receive()

    return receiving


def _with_headers(path: str, send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _headers(path):
                headers[name] = value
        await send(message)

    return sending


def _headers(path: str) -> Iterator[tuple[str, str]]:
    yield from ALWAYS.items()
    yield "cache-control", "no-cache" if path.startswith(STATIC) else KEPT_NOWHERE
