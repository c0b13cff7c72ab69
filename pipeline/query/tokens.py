"""What is typed, cut into signs, terms and fields; quotes are closed, and what was mended noted."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.printable import printable
from pipeline.query.amounts import distinct, phrasings, pieces
from pipeline.query.asked import Field
from pipeline.query.fields import KNOWN, fields, suggestion
from pipeline.query.tree import NEARBY, Near, Term

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_WORDS = 100  # that are looked for
MOST_AMOUNTS = 12  # that are looked for in other forms too
FARTHEST = 999  # words between things that are near
SHOWN = 60  # characters of what is typed that a message repeats
# As word processors, phones and other languages write what the query language is made of.
_SIGNS = str.maketrans(
    {**dict.fromkeys("“”„«»‟＂「」『』〝〞", '"'), "（": "(", "）": ")", "：": ":"}
)
_VALUE = r'(?:[^\s()",]*"[^"]*"?|[^\s()",]+)'
_BEFORE = r'(?<![^\s()"-])'  # what a field may follow
_TOKEN = re.compile(
    r'(?P<minus>(?<![^\s(])-(?=["(\w$€£]))'
    r'|"(?P<phrase>[^"]*)(?P<closed>"?)(?P<star>\*?)'
    rf"|{_BEFORE}NEAR\((?P<near>[^()]*)\)?"
    rf"|{_BEFORE}(?P<name>(?i:{'|'.join(KNOWN)})):\s*(?P<value>{_VALUE}(?:,{_VALUE})*)?"
    r"|(?P<bracket>[()])"
    r'|(?P<word>[^\s()"]+)'
)
_NEAR = re.compile(r"NEAR(?:/([0-9]{1,9}))?", re.ASCII)
_FAR = re.compile(r",\s*([0-9]{1,9})\s*$", re.ASCII)
_NAMED = re.compile(r"([A-Za-z]{2,}):(?!//)(?=[^\s:])")
OPERATORS = {"AND", "OR", "NOT"}


@dataclass(frozen=True, slots=True)
class Sign:
    """An operator or a bracket; NEAR with how many words may lie between."""

    text: str
    distance: int = NEARBY


Token = Sign | Term | Near | Field


@dataclass(slots=True)
class Tokens:
    """The tokens of a query, and what there is to say of them."""

    found: list[Token] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def tokens(query: str) -> Tokens:
    """Cut a query into tokens, the first words of it with all forms of their amounts."""
    cut = _cut(query.translate(_SIGNS))
    room = _Room()
    result = Tokens(notes=cut.notes)
    for token in cut.found:
        result.found += room.taken(token)
    if room.words < 0:
        result.notes.append(f"Only the first {MOST_WORDS} words are looked for.")
    return result


def without_fields(query: str) -> str:
    """Return what is typed but for its fields."""
    kept, end = "", 0
    for match in _TOKEN.finditer(query.translate(_SIGNS)):
        if match["name"] and all(isinstance(each, Field) for each in _read(match, [])):
            kept += query[end : match.start()].removesuffix("-")
            end = match.end()
    return " ".join((kept + query[end:]).split())


def shown(text: str) -> str:
    """Return the beginning of what is typed, to be repeated in a message."""
    return printable(text if len(text) <= SHOWN else f"{text[:SHOWN]}...")


def term(text: str, *, quoted: bool = False, prefix: bool = False) -> Term | None:
    """Return words as one term; None where the index would see no word in them."""
    if not any(character.isalnum() for character in text):
        return None
    sound = text.encode("utf-8", "replace").decode("utf-8")  # a terminal may send half a letter
    return Term((" ".join(sound.replace("\0", " ").split()),), quoted, prefix)


def in_all_forms(each: Term) -> Term:
    """Return a term with the other ways to say and write its amounts, and its wide letters."""
    typed = each.forms[0]
    narrow = unicodedata.normalize("NFKC", typed)
    return Term(distinct([typed, narrow, *phrasings(narrow.split())]), each.quoted)


class _Room:
    """How many words may still be looked for, and how many amounts in all their forms."""

    def __init__(self) -> None:
        self.words = MOST_WORDS
        self._amounts = MOST_AMOUNTS

    def taken(self, token: Token) -> list[Token]:
        """Return a token as far as there is room; fields always, and brackets, to be closed."""
        if isinstance(token, Term):
            found = self._term(token)
            return [found] if found else []
        if isinstance(token, Near):
            terms = [self._term(each) for group in token.terms for each in group]
            groups = tuple((each,) for each in terms if each)
            return [Near(groups, token.distance)] if groups else []
        fits = self.words > 0 or isinstance(token, Field) or token.text in {"(", ")"}
        return [token] if fits else []

    def _term(self, whole: Term) -> Term | None:
        words = whole.forms[0].split()
        fitting = words[: max(0, self.words)]
        self.words -= len(words)
        if not fitting:
            return None
        each = Term((" ".join(fitting),), whole.quoted, whole.prefix)
        if each.prefix or self._amounts <= 0:
            return each
        full = in_all_forms(each)
        self._amounts -= len(full.forms) > 1
        return full


def _cut(text: str) -> Tokens:
    result = Tokens()
    words: list[str] = []  # plain ones, one after the other: several may be one amount
    for match in _TOKEN.finditer(text):
        if match["word"] and not _speaks(match["word"]):
            words.append(match["word"])
            continue
        _flush(words, result)
        result.found += _read(match, result.notes)
    _flush(words, result)
    return result


def _speaks(word: str) -> bool:
    """Tell whether a word is more than that: an operator, a beginning, a field that is none."""
    return word in OPERATORS or "*" in word or bool(_NEAR.fullmatch(word) or _NAMED.match(word))


def _flush(words: list[str], result: Tokens) -> None:
    """Make terms of plain words, an amount of several words being one, and empty their list."""
    narrow = [unicodedata.normalize("NFKC", word) for word in words[: MOST_WORDS + 1]]
    place = 0
    for piece in pieces(narrow):
        if each := term(" ".join(words[place : place + piece.length])):
            result.found.append(each)
        place += piece.length
    if "or" in words[1:-1]:
        result.notes.append('"or" is looked for as a word; write OR for the one or the other.')
    words.clear()


def _read(match: re.Match[str], notes: list[str]) -> Iterator[Token]:
    """Yield what one match comes to."""
    if match["minus"]:
        yield Sign("NOT")
    elif match["bracket"]:
        yield Sign(match["bracket"])
    elif match["near"] is not None:
        yield from _near(match["near"], notes)
    elif match["name"]:
        yield from _fields(match["name"].casefold(), match["value"] or "", notes)
    elif match["phrase"] is not None:
        yield from _phrase(match, notes)
    else:
        yield from _word(match["word"], notes)


def _phrase(match: re.Match[str], notes: list[str]) -> Iterator[Token]:
    text = match["phrase"]
    if not match["closed"]:
        notes.append(f'A quotation mark is not closed; it was closed at the end: "{shown(text)}".')
    starred = bool(match["star"]) or text.rstrip().endswith("*")
    if each := term(text.rstrip("* "), quoted=True, prefix=starred):
        yield each


def _word(word: str, notes: list[str]) -> Iterator[Token]:
    near = _NEAR.fullmatch(word)
    if word in OPERATORS or near:
        distance = near[1] if near else None
        yield Sign("NEAR" if near else word, min(int(distance or NEARBY), FARTHEST))
        return
    bare = word.rstrip("*")
    if named := _NAMED.match(word):
        _note_name(named[1], notes)
    if "*" in bare or not bare:
        notes.append(
            "A star stands for the rest of a word, right after its beginning, as in pric*; "
            f"in {shown(word)} it was passed over."
        )
    if each := term(bare.replace("*", " "), prefix=bare != word):
        yield each


def _note_name(name: str, notes: list[str]) -> None:
    meant = suggestion(name)
    asked = f"; did you mean {meant}?" if meant else "."
    notes.append(f"{shown(name)}: is no field, and was looked for as a word{asked}")


def _near(inner: str, notes: list[str]) -> Iterator[Token]:
    """Yield what is typed as NEAR(price discount, 5)."""
    far = _FAR.search(inner)
    cut = _cut(inner[: far.start()] if far else inner)
    notes += cut.notes
    groups = tuple((each,) for each in cut.found if isinstance(each, Term))
    if len(groups) > 1:
        yield Near(groups, min(int(far[1]), FARTHEST) if far else NEARBY)
    else:
        notes.append("NEAR joins two things or more, as in: price NEAR discount.")
        yield from (each for group in groups for each in group)
    yield from (each for each in cut.found if isinstance(each, Field))


def _fields(name: str, values: str, notes: list[str]) -> Iterator[Token]:
    try:
        found = fields(name, values)
    except ValueError as error:
        notes.append(
            f"is:{shown(str(error))} was looked for as words; there are is:question and is:answer."
        )
        if each := term(f"{name} {values}".replace('"', " ")):
            yield each
        return
    if not found:
        notes.append(f"Nothing stands after {name}: so it was passed over.")
    yield from found
