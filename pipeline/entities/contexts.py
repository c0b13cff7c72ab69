"""What the words around a name say of it: who is greeted is a person (pure, English).

A small language model takes "Imogen" for a place in "Hi Imogen"; nobody who reads it does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from models.findings import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = r"(?P<name>[A-Z][\w'\u2019-]*[a-z]\w*(?: [A-Z][\w\u2019'-]*[a-z]\w*)?)"
_ONE = r"(?P<name>[A-Z][\w-]*[a-z]\w*)"
_SELF = r"(?:[Tt]his is|[Ii]t['\u2019]s|I['\u2019]m|I am|[Mm]y name(?: is|['\u2019]s))"
_WHO = r"[A-Z][\w'\u2019-]+(?: [A-Z][\w'\u2019-]+)?"
_SAYS = r"(?:said|says|told|asked|thinks|thought|called me|rang|emailed|mentioned|explained)"
_CONTEXTS = {
    "PERSON": (
        rf"\b(?:[Hh]i|[Hh]ey|[Hh]ello|[Bb]ye|[Gg]oodbye|[Dd]ear)(?: there)?,? (?:is that )?{_NAME}",
        rf"\b(?:guy|man|woman|lady|friend|person|somebody|someone) (?:named|called) {_NAME}",
        rf"\b[Mm]y name(?: is|['\u2019]s) {_NAME}",
        rf"\b{_SELF} {_NAME},? (?:over )?(?:from|at|with) [A-Z]",
        rf"(?<![\w-]){_ONE},? (?:thank you|thanks|this has been|it['\u2019]s been)\b",
        rf"\b(?:thanks|thank you|thanks again|thank you so much),? {_ONE}(?=[.,!?]|$)",
        rf"\b(?:tell|told|asked|emailed|messaged) {_NAME} (?:I|that|to|about|what|we)\b",
        rf"(?<![\w-]){_ONE} {_SAYS}\b",
        rf"\b[Mm]y (?:wife|husband|son|daughter|brother|sister|boss|partner|colleague|assistant),? "
        rf"{_ONE}(?=[.,!?]|$| is\b| was\b| has\b)",
    ),
    "FAC": (
        r"(?<![\w-])(?P<name>(?:[A-Z][\w\u2019'-]+ )+(?:Road|Street|Avenue|Boulevard|Lane))\b",
    ),
    "GPE": (rf"\b(?:in|near|around|outside) {_ONE},? (?:last|next|this|in|on|back in) ",),
    "ORG": (
        rf"\b{_SELF} {_WHO},? (?:over )?(?:from|at|with) {_NAME}",
        r"\b(?:signed up (?:for|to|with)|switched to|subscribed? to|moved to using|"
        rf"competitors? like|tools? like|apps? like|platforms? like) {_NAME}",
    ),
}
_PATTERNS = [(label, re.compile(each)) for label, some in _CONTEXTS.items() for each in some]
# What begins a sentence, and so with a capital letter, and is nobody.
_NOBODY = (
    "and but i so the that this then there they we what when where who why you yes yeah no okay ok "
    "well um uh erm great right sure thanks thank it he she is just oh my his her a an if "
    "everybody everyone anybody nobody somebody someone people one which mum mom dad also "
    "there's that's both most some all again here anyway plus hello hi hey bye good sounds ha "
    "haha huh hmm mm mhm aha oh-oh wow"
)
NOBODY = frozenset(_NOBODY.split())
# What is named in interviews of every trade, and what a small model takes for anything.
_COMPANIES = (
    "adobe airbnb airtable alibaba amazon apple asana atlassian dropbox ebay etsy eventbrite "
    "evernote facebook figma github gitlab google hubspot ikea instagram intercom jira linkedin "
    "mailchimp microsoft miro netflix nextdoor notion oracle paypal pinterest quickbooks reddit "
    "salesforce sap shopify skype slack snapchat spotify squarespace stripe telegram tiktok trello "
    "twitter uber walmart whatsapp wix wordpress xero yelp youtube zapier zendesk zoom"
)
KNOWN_COMPANIES = frozenset(_COMPANIES.split())
# Of those, what is a word, too, and may have its capital letter from the sentence: "Zoom in."
_WORDS_TOO = "amazon apple notion oracle sap slack stripe telegram uber zoom"
WORDS_TOO = frozenset(_WORDS_TOO.split())
_OPENING = re.compile(r"(?:^|[.!?\u2026]\s+)$")
_NEAR = 4  # characters: a mark and the spaces after it
_WORD = re.compile(r"(?<![\w-])[A-Z]\w+(?![\w-])")


def begins_sentence(text: str, start: int) -> bool:
    """Tell whether a sentence begins at a character of a text."""
    return _OPENING.search(text[max(0, start - _NEAR) : start]) is not None


def in_context(text: str, number: int) -> Iterator[Found]:
    """Yield the names in text `number` of which the words around say what they are."""
    for label, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            words = match["name"].lower().split()
            if not NOBODY & set(words):
                yield Found(number, match.start("name"), match.end("name"), label)


def known_companies(text: str, number: int) -> Iterator[Found]:
    """Yield the companies in text `number` that are known everywhere."""
    for match in _WORD.finditer(text):
        name = match[0].lower()
        opens = name in WORDS_TOO and begins_sentence(text, match.start())
        if name in KNOWN_COMPANIES and not opens:
            yield Found(number, *match.span(), "ORG")
