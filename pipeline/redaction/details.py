"""Telephone numbers, addresses of e-mail, cards and the like in a text.

presidio's patterns find them; of it nothing else is used, no model of language and no network.
Numbers are said in pieces ("555, 01, 23") and written as they come, so digits over several words
are read together, too.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.redaction.finding import Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

INSTEAD = {
    "PHONE_NUMBER": "[phone number]",
    "EMAIL_ADDRESS": "[e-mail]",
    "CREDIT_CARD": "[card number]",
    "IBAN_CODE": "[bank account]",
    "IP_ADDRESS": "[network address]",
    "URL": "[web address]",
    "US_SSN": "[social security number]",
    "CRYPTO": "[wallet]",
    "MAC_ADDRESS": "[network address]",
}
NUMBER = "[number]"
# Where people speak a language, and where their calls often go.
REGIONS = {
    "en": ("US", "GB", "CA", "AU", "IE", "IN"),
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE", "CH"),
    "es": ("ES", "MX", "AR"),
    "it": ("IT", "CH"),
    "nl": ("NL", "BE"),
    "pt": ("PT", "BR"),
    "pl": ("PL",),
    "ja": ("JP",),
}
ALWAYS = ("US", "GB", "DE")
LEAST = 0.3  # presidio's score of a pattern that is worth something without the words around
# Without any of these, or as many digits, there is nothing to find: presidio takes seconds to load.
ADDRESS = re.compile(r"@|://|www\.|\w\.[a-z]{2,}(?!\w)|\d\.\d+\.\d", re.IGNORECASE)
DAY = re.compile(r"\b20\d\d-\d\d-\d\d")
_ONES = (
    "oh zero one two three four five six seven eight nine double triple "
    "null eins zwei zwo drei vier f\u00fcnf sechs sieben acht neun "
    "z\u00e9ro un deux trois quatre cinq sept huit neuf "
    "cero uno dos tres cuatro cinco seis siete ocho nueve"
)
ONES = _ONES.split()
DIGIT = rf"(?:\d+|{'|'.join(ONES)})"
# Seven digits or more, one by one or in groups: no sum, no date and no count is said so.
SPELT = re.compile(rf"(?<![\w$£€.,])\+?{DIGIT}(?:[\s,.\u2013-]+{DIGIT})+(?![\w%])", re.IGNORECASE)
_RUN = rf"(\+?{DIGIT}(?:[\s,.\u2013-]+{DIGIT})*)"
HEAD = re.compile(rf"\W*(?<![$£€]){_RUN}(?![\w%])", re.IGNORECASE)
TAIL = re.compile(rf"(?<![\w$£€.,-]){_RUN}\W*$", re.IGNORECASE)
LISTENING = 3  # words of somebody who listens
FEWEST, FEWEST_WORDS = 7, 3
LOCAL = re.compile(r"(?<![\w$£€.,-])\d{3}[ .\u2013-]\d{4}(?![\w%-])")
# Digits in one piece may be a count; behind such words they lead to somebody.
_CALLED = r"number|phone|mobile|cell|telephone|call|dial|text|account|nummer|num\u00e9ro|tel"
_SO = r"is|are|me|us|him|her|them|on|at|it's|ist|est"
TOLD = re.compile(
    rf"\b(?:{_CALLED})(?:[ ,.:]+(?:{_SO})){{0,3}}[ ,.:#]+(\d{{7,15}})\b", re.IGNORECASE
)
COUNTED = re.compile(r"\b\d{1,3}(?:,\d{3})+\b|\d+\.\d+|\b(?:19|20)\d\d\b")
SAID_AT = re.compile(
    r"\b[\w.-]+(?:,? (?:dot|underscore|dash) [\w-]+)*,? at [\w-]+(?:,? dot [a-z]{2,}){1,3}\b",
    re.IGNORECASE,
)
SAID_DOT = re.compile(r"\b(?:www,? dot )?[\w-]+,? dot (?:com|org|net|io|co|uk|de)\b", re.IGNORECASE)


def details(text: str, language: str | None) -> list[Found]:
    """Return where numbers and addresses that lead to somebody stand in a text."""
    digits = sum(map(str.isdigit, DAY.sub("", text)))
    written = digits >= FEWEST or ADDRESS.search(text)
    # Of two that are as long, the first is taken: it says more of what it is.
    return [*(_written(text, language or "en") if written else ()), *_said(text)]


def _said(text: str) -> Iterator[Found]:
    """Yield what is said in pieces or in words."""
    for match in SAID_AT.finditer(text):
        yield Found(*match.span(), INSTEAD["EMAIL_ADDRESS"])
    for match in SAID_DOT.finditer(text):
        yield Found(*match.span(), INSTEAD["URL"])
    for match in LOCAL.finditer(text):
        yield Found(*match.span(), INSTEAD["PHONE_NUMBER"])
    for match in TOLD.finditer(text):
        yield Found(*match.span(1), NUMBER)
    for match in SPELT.finditer(text):
        if is_number(match[0]):
            yield Found(*match.span(), NUMBER)


def over_turns(texts: Iterable[str]) -> Iterator[tuple[int, Found]]:
    """Yield where a number stands that is said over several turns, each with its turn's place.

    While one says it, the other says "mm-hm", or says it after them.
    """
    chain: list[tuple[int, re.Match[str]]] = []
    for place, text in enumerate(texts):
        head = HEAD.match(text)
        if chain and head:
            chain.append((place, head))
            if not text[head.end() :].strip(" ,.?!"):
                continue
        elif chain and len(text.split()) <= LISTENING:
            continue
        yield from _chained(chain)
        tail = TAIL.search(text)
        chain = [(place, tail)] if tail else []
    yield from _chained(chain)


def _chained(chain: Sequence[tuple[int, re.Match[str]]]) -> Iterator[tuple[int, Found]]:
    if len(chain) > 1 and is_number(" ".join(match[1] for _, match in chain)):
        for place, match in chain:
            yield place, Found(*match.span(1), NUMBER)


def is_number(said: str) -> bool:
    """Tell whether digits that are said in pieces are one number, not several counts."""
    pieces = re.findall(DIGIT, said, re.IGNORECASE)
    digits = sum(len(each) if each.isdigit() else 1 for each in pieces)  # "double five" are two
    return digits >= FEWEST and len(pieces) >= FEWEST_WORDS and not COUNTED.search(said)


def _written(text: str, language: str) -> Iterator[Found]:
    for recogniser in recognisers(language):
        for each in recogniser.analyze(text, recogniser.supported_entities, None) or ():
            said = text[each.start : each.end]
            if each.score >= LEAST and not COUNTED.fullmatch(said) and _is_whole(said, each):
                yield Found(each.start, each.end, INSTEAD[each.entity_type])


def _is_whole(said: str, result: Any) -> bool:
    """Tell whether what was found is more than a year and a count, or letters with a dot."""
    if result.entity_type == "PHONE_NUMBER":
        return sum(sign.isdigit() for sign in said) >= FEWEST
    if result.entity_type == "URL":  # "end.So" lacks a space, and is no address
        return "/" in said or said.casefold().startswith("www") or said == said.casefold()
    return True


@cache
def recognisers(language: str) -> tuple[Any, ...]:
    """Return presidio's recognisers of patterns, for the telephones of a language's countries."""
    from presidio_analyzer import predefined_recognizers as known

    regions = tuple(dict.fromkeys((*REGIONS.get(language, ()), *ALWAYS)))
    return (
        known.PhoneRecognizer(supported_regions=regions),
        _email_recogniser(),
        known.CreditCardRecognizer(),
        known.IbanRecognizer(),
        known.IpRecognizer(),
        known.UrlRecognizer(),
        known.UsSsnRecognizer(),
        known.CryptoRecognizer(),
    )


def _email_recogniser() -> Any:
    """Return presidio's recogniser of e-mail, which would fetch the list of domains' endings."""
    from presidio_analyzer.predefined_recognizers import EmailRecognizer
    from tldextract import TLDExtract

    extract = TLDExtract(suffix_list_urls=(), cache_dir=None)

    class Offline(EmailRecognizer):  # type: ignore[misc, unused-ignore]
        """It knows the endings that came with its package, and asks nobody."""

        def validate_result(self, pattern_text: str) -> bool:
            """Tell whether an address ends in something that there is."""
            return bool(extract(pattern_text).fqdn)

    return Offline()
