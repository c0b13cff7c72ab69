"""The page for programs: every route and value that the server describes, and a trial of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Served

WORD = "#/components/schemas/Word"
TWICE = "#/components/schemas/pipeline__export__as_json__Recording"
PAIR = [{"type": "string"}, {"type": "number"}]
KINDS: list[tuple[dict[str, Any], str]] = [
    ({"type": "string"}, "text"),
    ({"$ref": WORD}, "Word"),
    ({"$ref": TWICE}, "Recording (as json)"),
    ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "whole number or null"),
    ({"type": "array", "items": {"$ref": WORD}}, "list of Word"),
    ({"type": "array", "prefixItems": PAIR}, "[text, number]"),
    ({"type": "object", "additionalProperties": {"type": "string"}}, "by name: text"),
    ({"enum": ["a", "b"]}, "“a” or “b”"),
    ({"type": "string", "format": "binary"}, "bytes"),
    ({}, "anything"),
]

pytestmark = pytest.mark.browser


@pytest.fixture
def docs(served: Served, page: Page) -> Page:
    """Open the page."""
    served.visit(page, "/docs")
    page.locator("details.route").first.wait_for()
    return page


def test_every_route_and_value_is_on_the_page(docs: Page) -> None:
    document = docs.evaluate("fetch('/openapi.json').then((answer) => answer.json())")
    operations = sum(len(route) for route in document["paths"].values())
    assert docs.locator("details.route").count() == operations
    assert docs.locator(".value").count() == len(document["components"]["schemas"])


def test_every_link_leads_to_a_value(docs: Page) -> None:
    lost = docs.evaluate(
        "[...document.querySelectorAll('a.kind, .kind a')].map((link) => link.hash.slice(1))"
        ".filter((id) => !document.getElementById(id))"
    )
    assert lost == []
    assert docs.locator(".kind a").count() > 50


def test_a_route_is_tried_on_the_spot(docs: Page) -> None:
    route = docs.locator("#get-api-recordings")
    route.locator("summary").click()
    route.get_by_role("button", name="Ask").click()
    expect(route.locator(".answer")).to_contain_text('"recordings": [')


def test_what_goes_wrong_is_shown_as_its_sentence(docs: Page) -> None:
    route = docs.locator("#get-api-search")
    route.locator("summary").click()
    route.get_by_role("button", name="Ask").click()
    expect(route.locator(".answer")).to_contain_text("no word to look for")


def test_a_route_has_an_address_of_its_own(served: Served, page: Page) -> None:
    served.visit(page, "/docs#get-api-search")
    expect(page.locator("#get-api-search")).to_have_attribute("open", "")


def test_it_is_read_by_everybody(docs: Page) -> None:
    from axe_playwright_python.sync_playwright import Axe

    docs.locator("#get-api-recordings summary").click()
    found = Axe().run(docs)
    assert [each["id"] for each in found.response["violations"]] == []


def test_kinds_are_said_in_words(docs: Page) -> None:
    spoken = docs.evaluate(
        "async (kinds) => { const { kindOf } = await import('/static/describing.js');"
        "return kinds.map((kind) => kindOf(kind).map(({ text }) => text).join('')); }",
        [schema for schema, _ in KINDS],
    )
    assert spoken == [said for _, said in KINDS]
