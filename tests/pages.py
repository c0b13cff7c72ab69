"""A page as a browser takes it apart: what stands in which element, read by Python's own parser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

ENDLESS = {"meta", "link", "br"}  # elements without an end


@dataclass(slots=True)
class Element:
    """An element: its attributes, the text in it and in all that is in it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""

    def has(self, kind: str) -> bool:
        """Tell whether it is of a class."""
        return kind in self.attributes.get("class", "").split()


@dataclass
class Page(HTMLParser):
    """All elements of a page in order."""

    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in ENDLESS:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> ends nothing"
        assert self.open[-1].tag == tag, f"</{tag}> within <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def all(self, tag: str, kind: str = "") -> list[Element]:
        """Return the elements of a tag, and of a class if one is given."""
        return [each for each in self.elements if each.tag == tag and (not kind or each.has(kind))]

    def one(self, tag: str, identity: str = "") -> Element:
        """Return the one element of a tag, or of a tag and an id."""
        found = [
            each
            for each in self.elements
            if each.tag == tag and (not identity or each.attributes.get("id") == identity)
        ]
        assert len(found) == 1, f"{len(found)} of <{tag}> {identity}"
        return found[0]

    @property
    def policy(self) -> dict[str, list[str]]:
        """What it may do, by the name of each rule."""
        (rules,) = (
            each.attributes["content"]
            for each in self.all("meta")
            if each.attributes.get("http-equiv") == "Content-Security-Policy"
        )
        named = (rule.split() for rule in rules.split(";"))
        return {name: allowed for name, *allowed in named}


def taken_apart(html: str) -> Page:
    """Return a page, taken apart; every element in it ends where it is to end."""
    page = Page()
    page.feed(html)
    page.close()
    assert page.open == []
    return page


def addresses_in(html: str) -> set[str]:
    """Return every address that a page names for something to be loaded or followed."""
    page = taken_apart(html)
    named = ("src", "href", "srcset", "action", "data", "poster")
    found = {
        each.attributes[name] for each in page.elements for name in named if name in each.attributes
    }
    return found | set(
        re.findall(r"url\(([^)]*)\)", "".join(each.text for each in page.all("style")))
    )
