"""Whether a sentence asks something, and how (pure): by its mark, or by how English asks.

Recognisers drop question marks and invent them, so neither is believed alone. What is not English
is taken by its mark: none of the words below is said there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CLOSING = "['\"\u2019\u201d)\\]]*"
GREEK = "(?<=[\u0370-\u03ff\u1f00-\u1fff]);"  # after its letters, a semicolon asks
# Latin, Arabic, Greek and Armenian end a sentence before a space; full-width marks need none.
MARK = re.compile(f"(?:[?\u061f\u037e\u055e\uff1f]|{GREEK})[!.\uff01]*[{CLOSING[1:-2]}\u300d]*$")
SENTENCE = re.compile(
    f"\\S.*?(?:(?:[.?!\u2026\u061f\u037e\u055e]+|{GREEK}){CLOSING}(?=\\s|$)"
    "|[\u3002\uff1f\uff01]+[\u300d\u201d]*|$)",
    re.DOTALL,
)


def any_of(*lines: str) -> str:
    """Return a pattern for one of the ways that are listed with bars between."""
    return f"(?:{'|'.join(lines)})"


# What people say before they come to the point.
LEAD = re.compile(
    any_of(
        "so|and|okay|ok|right|well|but|now|um|uh|er|oh|ah|ha|huh|hmm|yeah|yep|yes|no|also|or|then",
        "great|good|perfect|interesting|cool|nice|sure|fair enough|got it|makes sense|understood",
        "alright|all right|sorry|hey|hi|hello|thanks|thank you|please|actually|anyway|i mean",
        "you know|i see|first thing|first|next|lastly|finally|like|just|maybe|perhaps",
    )
    + r"\b[,.;:\s-]*"
)
SUBJECT = any_of(
    "i|you|he|she|it|we|they|this|that|there|these|those|the|a|an|your|his|her|my|our|their|its",
    "any|anyone|anybody|anything|some|someone|somebody|something|everyone|everybody|everything",
    "people|one|most|all|both|either",
)
PERSON = "(?:i|you|he|she|it|we|they|people|anyone|anybody|someone|somebody|everybody|your|the)"
BE = "(?:is|are|was|were|did|does|has|can|could|will|would|shall|should|might)(?:n't)?"
TURNED = re.compile(
    any_of(
        rf"{BE} {SUBJECT}",
        r"(?:do|don't|have|haven't|can't|won't) (?:i|you|he|she|we|they|people|any|anyone|anybody)",
        "may (?:i|we)",
    )
    + r"\b"
)
# "Should you need", "were it not", "and so did they": conditions, and more of the same.
CONDITION = re.compile(r"(?:should you|were (?:it|i|he|she))\b")
LIKEWISE = re.compile(
    rf"so {BE} (?:i|he|she|it|we|they|the \w+)$"
    rf"|(?:.*, ?)?(?:and|but) (?:so|neither|nor) {BE} (?!you)|(?:neither|nor)\b"
)
HELPING = f"(?:{BE}|do|don't|have|had|am)"
# Words up to the verb that is turned; with somebody among them it is not: "what we do is the map".
BETWEEN = r"(?: (?!an? |(?:i|you|he|she|it|we|they|this|that)\b)[\w'-]+)"
FORMS = (
    r"(?:what|how) about\b|how come\b|how so\b|what if\b|why not\b|what else\b",
    rf"(?:which|whose|what|how){BETWEEN}{{1,5}}? (?:{BE}|do|don't|have) {PERSON}\b",
    rf"how (?:many|much|long|often|far|soon){BETWEEN}{{0,4}}? {HELPING}\b",
)
ASKS_OF = any_of(
    "what (?:made|brought|gave|led|drove|keeps|kept|stopped|convinced|changed)",
    r"what happen(?:s|ed)(?! (?:is|was)\b)",
)
WH = re.compile(
    any_of(
        rf"(?:what|how|why|where|who|whose|whom|when)(?: else| exactly)?(?:'s|'re|'d| {HELPING})\b",
        rf"{ASKS_OF}\b|who (?!knows|cares|needs)\w+s\b",
        *FORMS,
    )
)
# Within a sentence "who is", "when you" and "where it was" mostly go on: "Walt, who is my foreman".
LATER_WH = re.compile(
    any_of(
        rf"(?:what|how|why|where|when)(?: else| exactly)?(?:'s|'re|'d| {HELPING}) {SUBJECT}\b",
        rf"{ASKS_OF} you\b",
        *FORMS,
    )
)
# Words that others said: "and she said, would you like it", "a lady going, Daniel."
TELLING = (
    "says|said|saying|asks|asked|asking|goes|went|going|(?:was|were|is|'s|'m|'re) like"
    "|thought|thinking|wondered|wondering|told (?:me|him|her|us|them)"
)
TELLS = f"(?:{TELLING})"
# "While we are at it can I talk about winter": after words that did not get their comma.
WITHIN = re.compile(
    r"\b(?!(?:to|and|or|but|not|as|than|so|nor|neither|then|only|never|what|which|who|how|that|i|you|"
    rf"we|they|he|she|it|us|{TELLING}|can|could|would|will|should|must|may|might)\b)[\w']+ "
    r"(?:did|do|can|could|would|will|have|has) (?:you|i|we|anybody|anyone)\b(?! know\b)"
)
STATES = re.compile(r"what\b.*\b(?:is|was|'s)\b.* (?:is|was) ")  # "What was hard was the map."
POLITELY = "(?:(?:could|can|would|will|might) you |if you (?:could|can) |you (?:could|can) )?"
INVITES = re.compile(
    any_of(
        rf"{POLITELY}(?:please |just |maybe |briefly )*"
        + any_of(
            r"tell (?:me|us)\b(?! about it\W*$)|(?:walk|talk|run|take) (?:me|us) (?:back|through)",
            "give (?:me|us) (?:an? )?(?:example|sense|idea|feel|overview|picture)|describe",
            "help (?:me|us) understand|remind me (?:what|how|why|when|who|where)|elaborate",
            "(?:say|share|talk) (?:an? (?:bit|little) )?more|explain (?:to (?:me|us) )?(?:how|why)",
        ),
        "(?:i|we)(?:(?:'d| would)(?: just| really| also)? (?:love|like)| want| wanted)"
        " to (?:ask|hear|learn|understand)|(?:i|we)(?:'d| would) (?:love|like) to know (?=.*you)",
        "(?:(?:i|we)(?:'m|'re| am| are| was| were|'d be) (?:just |also |really |very |still )*)?"
        "(?:curious|wondering|interested|keen) (?:to (?:hear|know|learn|understand)|how|what|why"
        "|if|whether|when|where|who|about)",
        "i wonder(?:ed)? (?:if|whether|how|what|why) you|(?:any|your) (?:thoughts|examples)",
    )
    + r"\b"
)
# With a mark, and yet no question: it holds the floor, or only tells that one listens.
HOLDING = re.compile(
    any_of(
        "right|okay|ok|yeah|yes|yep|no|see|you see|you know|honestly|seriously|huh|eh|hm|hmm|mm",
        "well|so|really|oh really|sure|got it|alright|all right|(?:you )?know what(?: i mean)?",
        "guess what|who knows|what can i say|oh|oh wow|wow|oh no|mm-hm|uh-huh|",
    )
)
GOES_ON = {"and", "and then", "or", "but"}
TAG = re.compile(
    r".+, ?"
    + any_of(
        "right|yeah|no|huh|eh|okay|ok|correct|don't you think",
        r"\w+n't (?:i|you|he|she|it|we|they|there|that)",
        f"{HELPING} (?:i|you|he|she|it|we|they|there|that)",
    )
    + "$"
)
KNOWN = re.compile(
    r".*, you (?:know|see)$"
    r"|(?:(?:and|so|but|then),? )*you know,? (?:what|who|whose|how|why|where)\b"
)
REPORTED = re.compile(rf"(?<!you )\b{TELLS}(?:[,:] | (?={BE} {SUBJECT}\b|do you\b))")
REPORTING = re.compile(rf"(?<!you )\b{TELLS}(?:[,:] [\w']+( [\w']+)?)?[.,:]*$")
# Half a question, from somebody who leads the talk: "And Acme.", "Ready to start."
HALF = re.compile(
    r"(?:and|or)(?! (?:bye|thank|so|then|yes|no|yeah)\w*)(?: [\w'-]+){1,3}|ready to\b.*"
)
SUMS_UP = re.compile(r"(?:so|then)\b(?=.*\byou\b|.*\byour\b)")
CONSENTS = re.compile(
    "(?:exactly|correct|yes|yeah|yep|no|right|absolutely|definitely|precisely|that's right)\\b"
)
NAMES_WHO = re.compile(r"\b(?:i|you|he|she|it|we|they)\b|'s\b|'re\b")
OPENLY = re.compile(r"\b(?:what|how|why|where|who|whose|whom|when)\b(?!ever)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Characters [start, end) of a text, with the punctuation that ends them."""

    text: str
    start: int
    end: int

    @property
    def marked(self) -> bool:
        """Whether it ends in a question mark of some script."""
        return MARK.search(self.text) is not None

    @property
    def plain(self) -> str:
        """The words in small letters, with straight apostrophes and without the last marks."""
        folded = " ".join(self.text.replace("\u2019", "'").casefold().split())
        return folded.strip(" .?!\u2026\"'-\u2014\u061f\uff1f")


def sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a text; with the mark that ends each."""
    return tuple(Sentence(each[0], *each.span()) for each in SENTENCE.finditer(text))


def pointed(plain: str) -> str:
    """Return a sentence without what is said before its point: "so, okay, how was it"."""
    while match := LEAD.match(plain):
        plain = plain[match.end() :]
    return plain


def clauses(plain: str) -> Iterator[str]:
    """Yield what of a sentence follows a comma, from the first to the last."""
    yield from map(pointed, parts(plain))


def parts(plain: str) -> Iterator[str]:
    """Yield what follows each comma of a sentence."""
    yield from (plain[match.end() :] for match in re.finditer("[,;:] ", plain))


def asks_in_words(sentence: Sentence) -> bool:
    """Tell whether a sentence asks by its words: what it says without its mark is enough."""
    plain = sentence.plain
    first = pointed(plain)
    if invites(sentence):
        return True
    if REPORTED.search(plain) or KNOWN.match(plain) or CONDITION.match(first):
        return False
    if STATES.match(first) or LIKEWISE.match(plain):
        return False
    later = any(LATER_WH.match(each) or TURNED.match(each) for each in clauses(plain))
    within = WITHIN.search(plain) is not None
    return asks_first(plain) or ((later or within) and not is_tag(sentence))


def invites(sentence: Sentence) -> bool:
    """Tell whether a sentence invites somebody to tell something: "walk me through it"."""
    heads = (sentence.plain, pointed(sentence.plain), *clauses(sentence.plain))
    return any(INVITES.match(each) for each in heads)


def is_tag(sentence: Sentence) -> bool:
    """Tell whether a sentence states something and asks for no more than consent."""
    first = pointed(sentence.plain)
    return bool(TAG.match(first)) and not (WH.match(first) or TURNED.match(first))


def only_holds(sentence: Sentence) -> bool:
    """Tell whether a mark is no question: a word to hold the floor, or what somebody said."""
    plain = sentence.plain
    reported = REPORTED.search(plain) is not None and not asks_first(plain)
    if plain in GOES_ON:
        return False
    holds = HOLDING.fullmatch(plain) or HOLDING.fullmatch(pointed(plain))
    return bool(holds or reported or KNOWN.match(plain))


def asks_first(plain: str) -> bool:
    """Tell whether a sentence begins as a question, so that a report in it is part of that."""
    return bool(WH.match(pointed(plain)) or TURNED.match(pointed(plain)))


def reports_on(sentence: Sentence) -> bool:
    """Tell whether what follows a sentence is what somebody said: "and she goes, Daniel."."""
    return REPORTING.search(sentence.plain) is not None


def is_open(sentence: Sentence) -> bool:
    """Tell whether more than yes, no or a choice would answer a sentence that asks."""
    if invites(sentence):
        return True
    heads = (pointed(sentence.plain), *clauses(sentence.plain))
    return any(OPENLY.match(each) for each in heads)


def halves(sentence: Sentence) -> bool:
    """Tell whether a sentence may be half a question: "And Acme.", after others were spoken of."""
    return HALF.fullmatch(sentence.plain) is not None


def sums_up(sentence: Sentence) -> bool:
    """Tell whether a sentence says what the other told, so that they may put it right."""
    return any(SUMS_UP.match(each) for each in (sentence.plain, *parts(sentence.plain)))


def consents(text: str) -> bool:
    """Tell whether a text begins by confirming or denying what was said."""
    said = sentences(text)
    return bool(said) and CONSENTS.match(said[0].plain) is not None


def names_nobody(text: str) -> bool:
    """Tell whether a text is a fragment, in which nobody does anything: "On a wall."."""
    return NAMES_WHO.search(text.casefold()) is None
