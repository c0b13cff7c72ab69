"""Where listed names stand in a text, as they are written or nearly so (pure)."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline.entities.contexts import begins_sentence
from pipeline.entities.names import FORMS, bare
from pipeline.filing import folded
from pipeline.pseudonyms import Kind, parts_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from pipeline.pseudonyms import Pseudonym

# Names that are words, too: written small, they are the words.
_WORDS = (
    "amazon amber angel apple april art august autumn bath best bill bond brook brooks buck "
    "carol cash chase chewy chip christian clay cliff cook crystal daisy dale dawn dean destiny "
    "dick drew earl eve faith fern flora ford fox frank gene ginger glen grace grant guy "
    "harmony harry heath heather holly honey hope hunter iris ivy jack jasmine jean jewel joy "
    "june king lane lily lucky marina mark marks mars matt max melody mercy mike miles miller "
    "misty mobile nice nick noble norm notion oracle orange page paris park pat patience penny "
    "piper poppy price prince prudence queen quick rain ray reach reading reed rich rob robin "
    "rocky rose ruby sage sally sandy scarlet shell shield sierra skip sky slack smith square "
    "star stella sterling stone storm stripe sue summer sunny superior target taylor tiger toby "
    "turner uber victor victoria violet virginia wade walker warren will willow winter wood "
    "young zoom"
)
WORDS = frozenset(_WORDS.split())
# Of those, what begins many sentences.
_OPENERS = "can do go may so us will see it in on no my"
OPENERS = frozenset(_OPENERS.split())
WORD = re.compile(r"[^\W\d_]+")
SHORT = 4  # letters: a longer name may have an s behind it
# What may stand between the words of a name; a full stop with a space only behind an initial.
BETWEEN = r"(?:[\s_\u2010-\u2015-]|\.(?!\s))*"
BEHIND_INITIAL = r"[\s_.\u2010-\u2015-]*"
INITIAL = 2  # letters
SPELT = 3  # letters: of a name that is found where it is spelt, "S-M-I-T-H"
SPELLING = re.compile(r"(?<![^\W_])[^\W\d_](?:[\s.,\u2010-\u2015-]{1,3}[^\W\d_]){2,}(?![^\W_])")
LETTER = re.compile(r"[^\W\d_]")
INITIAL_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_])(?:\.\s?|\s)$")
APOSTROPHES = "'\u2019"
UMLAUTS = "\u00e4\u00f6\u00fc\u00c4\u00d6\u00dc"
MARKS = "[\u0300-\u036f]?"  # an accent, in names of files that are written with it apart
PIECE = 3  # letters: of a name that is written as two words, "Quick crate", each has so many
NOT_INSIDE = r"(?:(?<![^\W\d_])|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]))"
NOT_ON = r"(?:(?![^\W\d_])|(?<=[a-z])(?=[A-Z]))"
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Found:
    """Characters [start, end) of a text in which a listed name stands, and what takes its place.

    `name` is the listed name, empty for what is no name: a telephone number. `instead` is empty
    where the name stays.
    """

    start: int
    end: int
    instead: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A way in which a listed name may be written: in full, or a part of it."""

    text: str
    instead: str
    name: str


def forms_of(listed: Sequence[Pseudonym], present: Collection[str] = ()) -> tuple[Form, ...]:
    """Return how listed names may be written, the longest first.

    A name that stays stands for itself; a person's first name and surname stand for the person,
    unless they are listed by themselves. Where several people have one, it is whoever is among
    `present`, the full names of a call, else the first.
    """
    forms: dict[str, Form] = {}
    for each in listed:
        for text in in_full(each.name):
            forms.setdefault(folded(text), Form(text, each.pseudonym, each.name))
    here = {folded(name) for name in present}
    people = [each for each in listed if each.kind is Kind.PERSON]
    people.sort(key=lambda person: folded(person.name) not in here)
    for each in people:
        for part, text in _parts(each.name).items():
            forms.setdefault(part, Form(text, each.pseudonym, each.name))
    for each in people:
        for text in _parts(each.name).values():
            for half in text.split("-"):
                if len(half) > INITIAL:
                    forms.setdefault(folded(half), Form(half, each.pseudonym, each.name))
    return tuple(sorted(forms.values(), key=lambda form: -len(form.text)))


def _parts(name: str) -> dict[str, str]:
    """Return the first and the last name of a person, as they are compared and as written."""
    written = {folded(word): word for word in unicodedata.normalize("NFC", name).split()}
    return {part: written.get(part, part) for part in parts_of(name)}


def in_full(name: str) -> Iterator[str]:
    """Yield a name, and without what a company's name ends in."""
    whole = bare(name)
    yield whole
    words = whole.split()
    while len(words) > 1 and folded(words[-1]).replace(".", "").strip(",") in FORMS:
        words.pop()
        yield " ".join(words).rstrip(",")


@dataclass(frozen=True, slots=True)
class Names:
    """Listed names, ready to be looked for."""

    forms: tuple[Form, ...]
    _pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        each = (f"(?P<f{number}>{_written(form)})" for number, form in enumerate(self.forms))
        object.__setattr__(self, "_pattern", re.compile("|".join(each) or r"(?!)"))

    def within(
        self,
        text: str,
        named: Iterable[range] = (),
        ordinary: Collection[str] = (),
        *,
        free: bool = False,
    ) -> list[Found]:
        """Return where names stand in a text, in order, those that stay among them.

        named : characters in which something else than its words says that a name is: an entity.
        `ordinary` are words of its call that are mostly no names. In what is `free` of sentences,
        as a file's name, every word that may be a name is one.
        """
        plain, taken = plainly(text), tuple(named)
        found = []
        for match in self._pattern.finditer(plain):
            form = self.forms[int(str(match.lastgroup)[1:])]
            sure = free or any(match.start() in each for each in taken)
            is_word = folded(form.text) in ordinary or folded(form.text) in WORDS | OPENERS
            if sure or not is_word or _is_name(form, match, plain):
                start = _with_initial(form, plain, match.start())
                found.append(Found(start, match.end(), form.instead, form.name))
        return [*found, *self._spelt(plain)]

    def _spelt(self, text: str) -> Iterator[Found]:
        """Yield where names are spelt, letter by letter."""
        for match in SPELLING.finditer(text):
            signs = (match.start() + each.start() for each in LETTER.finditer(match[0]))
            spelt = [(place, letter) for place in signs for letter in folded(text[place])]
            letters = "".join(letter for _, letter in spelt)
            for form in self.forms:
                name = plainly(folded(form.text))
                if len(name) >= SPELT and (first := letters.find(name)) >= 0:
                    end = spelt[first + len(name) - 1][0] + 1
                    yield Found(spelt[first][0], end, form.instead, form.name)


def _with_initial(form: Form, text: str, start: int) -> int:
    """Return where a person's surname begins, with the initial that stands before it: J. Smith."""
    name = folded(form.name)
    before = INITIAL_BEFORE.search(text, max(0, start - SHORT), start)
    own = before and name != folded(form.text) and folded(before[1]) == name[:1]
    return before.start() if before and own else start


def _is_name(form: Form, match: re.Match[str], text: str) -> bool:
    """Tell whether what is written like a name that is a word is the name: Will, not "will"."""
    written = match[0]
    if written[:1].isupper() and folded(form.text) in WORDS - OPENERS:
        return True
    if written.islower():
        return text.islower() and folded(form.text) not in OPENERS
    return not begins_sentence(text, match.start())


def ordinary_words(texts: Iterable[str], names: Mapping[str, int]) -> frozenset[str]:
    """Return the words that are written small more often than, within a sentence, with a capital.

    So "Lunch", which a model took for somebody, stays lunch. `names` is how often each word is
    known to be a name: what is more often that is one, though a recogniser writes it small here.
    """
    small, capital = Counter[str](), Counter[str]()
    for text in texts:
        for match in WORD.finditer(text):
            if match[0].islower():
                small[folded(match[0])] += 1
            elif not begins_sentence(text, match.start()):
                capital[folded(match[0])] += 1
    return frozenset(
        word
        for word, count in small.items()
        if count > capital[word] and count >= names.get(word, 0)
    )


def _written(form: Form) -> str:
    whole = unicodedata.normalize("NFC", form.text).strip(" ._-")
    words = [word for word in re.split(r"[\s_.\u2010-\u2015-]+", whole) if word]
    name = "".join(_word(word) + _between(word) for word in words[:-1])
    name += "".join(map(_word, words[-1:]))
    if not name or UNSPACED.search(form.text):
        return name or r"(?!)"
    plural = f"(?:s{NOT_ON})?" if len(form.text) > SHORT else ""
    return f"{NOT_INSIDE}(?i:{name}){plural}{NOT_ON}"


def _word(word: str) -> str:
    ends = range(PIECE, len(word) - PIECE + 1)
    return "".join(
        (r"[\s-]?" if place in ends else "") + _sign(sign) for place, sign in enumerate(word)
    )


def _between(word: str) -> str:
    return BEHIND_INITIAL if len(word) <= INITIAL else BETWEEN


def _sign(sign: str) -> str:
    """Return how a sign of a name may be written: u\u0308, ue or u for \u00fc; no apostrophe."""
    if sign in APOSTROPHES:
        return f"[{APOSTROPHES}]?"
    if sign.isascii():
        return re.escape(sign)
    if sign == "\u00df":
        return "(?:\u00df|ss)"
    return re.escape(plainly(sign)) + MARKS + ("e?" if sign in UMLAUTS else "")


def plainly(text: str) -> str:
    """Return a text without accents, character for character."""
    return text if text.isascii() else "".join(map(_plain, text))


def _plain(sign: str) -> str:
    first = unicodedata.normalize("NFKD", sign)[:1]
    return first if len(first) == 1 and first.isalpha() else sign


def apart(found: Iterable[Found]) -> tuple[Found, ...]:
    """Return what does not overlap, in order; of what does, the longest."""
    kept: list[Found] = []
    for each in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if not any(each.start < other.end and other.start < each.end for other in kept):
            kept.append(each)
    return tuple(sorted(kept, key=lambda one: one.start))


def hidden(found: Iterable[Found], text: str) -> tuple[Found, ...]:
    """Return what of what was found in a text does not stay, apart and in order.

    Of a name in full of which each word was found by itself, it is the whole.
    """
    kept: list[Found] = []
    for each in apart(found):
        if not each.instead:
            continue
        last = kept[-1] if kept else None
        between = text[last.end : each.start].strip(" -") if last else "."
        if last and last.name and (last.name, between) == (each.name, ""):
            kept[-1] = replace(last, end=each.end)
        else:
            kept.append(each)
    return tuple(kept)


def written_anew(text: str, found: Iterable[Found]) -> str:
    """Return a text with what was found, apart and in order, replaced."""
    parts, done = [], 0
    for each in found:
        parts += [text[done : each.start], each.instead]
        done = each.end
    return "".join([*parts, text[done:]])
