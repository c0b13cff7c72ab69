"""The pictures in `docs/pictures/`, of the pages on the library that `make demo` has made.

Run after `make demo`: python -m tests.browser.pictures
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.highlights import Highlight
from pipeline.library import Library
from tests.browser.conftest import FLAGS, Served, serving
from tests.browser.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

DEMO = Path("data/library")
PICTURES = Path("docs/pictures")
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 800}
CALL = "harbor-bakery"
WORDS = "price"
MARKED = {
    "too expensive for a small bakery": "pricing",
    "one hotel got no bread at all": "lost orders",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as it is shown: what of it to wait for is JavaScript that must hold."""

    name: str
    address: str
    ready: str
    viewport: ViewportSize
    scheme: Literal["light", "dark"]


def pictures(call: str) -> tuple[Picture, ...]:
    """Return what is pictured, where a recording is to be read."""
    heard = "globalThis.relisten?.player.audio.readyState >= 1"
    listed = "document.querySelector('main').innerText.includes('canyon')"
    marked = "document.querySelector('main').innerText.includes('pricing')"
    return (
        Picture("library", f"/?query={WORDS}", listed, DESK, "light"),
        Picture("transcript", f"/recordings/{call}#t=0:20", heard, DESK, "light"),
        Picture("transcript-phone", f"/recordings/{call}#t=0:20", heard, PHONE, "dark"),
        Picture("highlights", "/highlights", marked, DESK, "dark"),
    )


def take(browser: Browser, served: Served, picture: Picture) -> None:
    """Open a page as it is to be shown, and keep what it looks like."""
    context = browser.new_context(viewport=picture.viewport, color_scheme=picture.scheme)
    page: Page = context.new_page()
    served.visit(page, picture.address)
    until(page, picture.ready)
    page.wait_for_timeout(1_000)  # the waveform and the hits are drawn
    page.screenshot(path=PICTURES / f"{picture.name}.png")
    context.close()


def with_marks(folder: Path) -> str:
    """Mark two passages of the demo's library; return the recording that is pictured."""
    with Library(folder) as library:
        kept = library.find(CALL)
        for said, tag in MARKED.items():
            turn = next(turn for turn in library.turns(kept.id) if said in turn.text)
            first = turn.text.index(said)
            span = turn.span_of(first, first + len(said))
            starred = tag == "pricing"
            marked = Highlight(span.start, span.end, 0, said, (tag,), starred=starred)
            library.add_highlights(kept.id, [marked])
    return kept.id


def main() -> None:
    """Take all pictures."""
    from playwright.sync_api import sync_playwright

    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch) / "library"
        shutil.copytree(DEMO, folder)
        call = with_marks(folder)
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        with serving(folder) as served:
            for picture in pictures(call):
                take(browser, served, picture)
        browser.close()


if __name__ == "__main__":
    main()
