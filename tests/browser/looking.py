"""A page looked at by axe-core, and its modules called by themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page


def called(page: Page, module: str, name: str, *arguments: object) -> Any:
    """Return what a function of a module answers."""
    given = ", ".join(json.dumps(each) for each in arguments)
    return page.evaluate(f"import('/static/{module}').then((them) => them.{name}({given}))")


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong with a page."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]
