"""Waiting for a page: Playwright's own waits evaluate text, which our pages' policy forbids."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATIENCE = 10_000  # ms for anything on a busy machine
WAIT = """async () => {
  const end = performance.now() + %d;
  while (!(await (%s))) {
    if (performance.now() > end) return false;
    await new Promise((ready) => setTimeout(ready, 15));
  }
  return true;
}"""


def until(page: Page, expression: str, patience: int = PATIENCE) -> None:
    """Wait until JavaScript holds in the page; fail where it does not in time."""
    assert page.evaluate(WAIT % (patience, expression)), f"never came true: {expression}"
