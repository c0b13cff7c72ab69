"""A hostile page in the browser in which the library is open: it learns and changes nothing."""

from __future__ import annotations

import http.server
import os
import shutil
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import FLAGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Served

pytestmark = pytest.mark.browser

# Each way in which a page can ask for something of another server, and what it then knows.
TRY_ALL = """async ([server, call]) => {
  const places = ["/", "/api/recordings", `/recordings/${call}`, `/api/recordings/${call}`];
  const got = [];
  const told = (how, place, what) => got.push(`${how} ${place}: ${what}`);
  const outcome = (element, place) => new Promise((done) => {
    element.onload = element.onloadedmetadata = () => done("loaded");
    element.onerror = () => done("refused");
    element.src = server + place;
    document.body.append(element);
  });
  for (const place of places) {
    for (const credentials of ["include", "omit"]) {
      const answer = await fetch(server + place, { credentials }).catch(() => null);
      if (answer) told("fetch", place, await answer.text());
    }
  }
  const module = await import(`${server}/static/api.js`).catch(() => null);
  if (module) told("import", "/static/api.js", Object.keys(module));
  const sound = `/api/recordings/${call}/sound`;
  for (const kind of ["audio", "img", "script"]) {
    const place = kind === "audio" ? sound : "/static/api.js";
    const loaded = await outcome(document.createElement(kind), place);
    if (loaded === "loaded") told(kind, place, loaded);
  }
  const frame = document.createElement("iframe");
  frame.src = `${server}/`;
  document.body.append(frame);
  await new Promise((done) => (frame.onload = done));
  try {
    told("iframe", "/", frame.contentDocument.body.innerText || "");
  } catch {}
  return got.filter((each) => !each.endsWith(": "));
}"""
CHANGE_ALL = """async ([server, call]) => {
  const passage = JSON.stringify({ start: 0, end: 1, tags: [], note: "hostile", starred: true });
  const marks = `/api/recordings/${call}/highlights`;
  for (const place of [marks, "/api/replace", "/api/undo", "/api/imports?name=hostile.wav"]) {
    for (const mode of ["cors", "no-cors"]) {
      for (const type of ["text/plain", "application/json"]) {
        const headers = { "content-type": type };
        const how = { method: "POST", mode, credentials: "include", headers, body: passage };
        await fetch(server + place, how).catch(() => null);
      }
    }
  }
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: server + marks, enctype: "text/plain" });
  form.append(Object.assign(document.createElement("input"), { name: passage, value: "" }));
  document.body.append(form);
  form.submit();
}"""


@pytest.fixture
def hostile() -> Iterator[int]:
    """Run another server on this machine, and return its port."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><body>Win a prize!")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_hostile_page_learns_nothing(served: Served, page: Page, hostile: int, host: str) -> None:
    served.visit(page, "/")
    page.goto(f"http://{host}:{hostile}/")
    assert page.evaluate(TRY_ALL, [served.address, served.first]) == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_hostile_page_changes_nothing(
    served: Served, page: Page, hostile: int, host: str
) -> None:
    with served.library() as library:
        before = library.version(served.first)
    served.visit(page, "/")
    page.goto(f"http://{host}:{hostile}/")
    with page.expect_navigation():
        page.evaluate(CHANGE_ALL, [served.address, served.first])
    assert "gets nothing" in page.content()
    with served.library() as library:
        assert library.version(served.first) == before
    assert list(served.folder.rglob("*hostile*")) == []


def test_our_own_page_may_do_the_same(served: Served, page: Page) -> None:
    served.visit(page, "/docs")
    told = page.evaluate(
        "(place) => fetch(place).then((answer) => answer.json())",
        f"/api/recordings/{served.first}/version",
    )
    assert told["version"]


def test_a_site_that_takes_the_name_of_this_machine_gets_nothing(
    served: Served, chromium: Browser
) -> None:
    port = urlsplit(served.address).port
    rebound = [*FLAGS, "--host-resolver-rules=MAP evil.example 127.0.0.1"]
    path = os.environ.get("RELISTEN_CHROMIUM") or shutil.which("chromium")
    browser = chromium.browser_type.launch(executable_path=path, args=rebound)
    page = browser.new_page()
    for place in ("/", "/api/recordings", f"/?token={served.token}"):
        answer = page.goto(f"http://evil.example:{port}{place}")
        assert answer is not None
        assert answer.status == 400
        assert page.context.cookies() == []
    browser.close()
