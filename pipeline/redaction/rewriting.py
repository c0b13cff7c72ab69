"""A transcript with other names in it: words, and all that points at their characters (pure)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from pipeline.filing import folded
from pipeline.redaction.finding import Found, written_anew
from pipeline.transcript import Annotation, Keyphrase, Turn, Word, WordTimes, join_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pipeline.transcript import Entity, Mention, Question

    Renamed = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A turn as it was and as it is now; `found`, apart and in order, is what was replaced."""

    before: Turn
    turn: Turn
    found: tuple[Found, ...]
    _times: WordTimes = field(init=False, repr=False)
    _shifts: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_times", WordTimes.of(self.turn.words))
        gains = (len(each.instead) - (each.end - each.start) for each in self.found)
        object.__setattr__(self, "_shifts", (0, *accumulate(gains)))

    @classmethod
    def of(cls, turn: Turn, found: Sequence[Found], speaker: str | None) -> Rewritten:
        """Write a turn anew, under what its speaker is called."""
        words = tuple(rewritten(turn.words, found))
        return cls(turn, replace(turn, speaker=speaker, words=words), tuple(found))

    def place(self, character: int, *, end: bool = False) -> int:
        """Return where a character is now: one within what was replaced, at its start or end."""
        number = bisect_right([each.start for each in self.found], character)
        if number and character < self.found[number - 1].end:
            each, shift = self.found[number - 1], self._shifts[number - 1]
            if character == each.start and end:  # it ends where that begins
                return character + shift
            return each.start + shift + (len(each.instead) if end else 0)
        return character + self._shifts[number]

    def mention(self, mention: Mention) -> Mention:
        """Return where a mention is now; of a part of what was replaced, it is the whole."""
        start, end = self.place(mention.start_char), self.place(mention.end_char, end=True)
        time = self._times.span_of(start, end)
        return replace(mention, start=time.start, end=time.end, start_char=start, end_char=end)

    def said(self, mention: Mention) -> str:
        """Return what stands at a place of the turn as it is now."""
        return self.turn.text[mention.start_char : mention.end_char]

    def touches(self, mention: Mention) -> bool:
        """Tell whether something at a place of the turn as it was is replaced."""
        return any(f.start < mention.end_char and mention.start_char < f.end for f in self.found)


def rewritten(words: Sequence[Word], found: Sequence[Found]) -> Iterator[Word]:
    """Yield words with what was found replaced: all words of one name are one, with their time."""
    offsets = WordTimes.of(tuple(words)).offsets
    for start, group, own in _groups(words, offsets, found):
        if not own:
            yield from group
            continue
        moved = [replace(f, start=f.start - start, end=f.end - start) for f in own]
        yield replace(
            group[0],
            end=max(word.end for word in group),
            start=min(word.start for word in group),
            text=written_anew(join_words(group), moved),
            probability=min(word.probability for word in group),
        )


def _groups(
    words: Sequence[Word], offsets: Sequence[int], found: Sequence[Found]
) -> Iterator[tuple[int, list[Word], list[Found]]]:
    """Yield words that belong together, with their first character and what was found in them."""
    group: list[Word] = []
    own: list[Found] = []
    begin, reach = 0, -1
    for word, start in zip(words, offsets, strict=True):
        end = start + len(word.text)
        if group and start >= reach:
            yield begin, group, own
            group, own = [], []
        begin = begin if group else start
        group.append(word)
        for each in found:
            if each.start < end and start < each.end and each not in own:
                own.append(each)
                reach = max(reach, each.end)
    if group:
        yield begin, group, own


def hidden_words(turn: Turn, found: Iterable[Found]) -> Iterator[Word]:
    """Yield the words of a turn of which something is replaced."""
    chosen = tuple(found)
    for word, start in zip(turn.words, WordTimes.of(turn.words).offsets, strict=True):
        end = start + len(word.text)
        if any(each.start < end and start < each.end for each in chosen):
            yield word


def annotation_of(
    annotation: Annotation, turns: Sequence[Rewritten], renamed: Renamed
) -> Annotation:
    """Return what was found in turns as it is in those that were written anew."""
    return Annotation(
        tuple(_entity(each, turns[each.mention.turn], renamed) for each in annotation.entities),
        tuple(_keyphrases(annotation.keyphrases, turns, renamed)),
        tuple(_question(each, turns[each.mention.turn]) for each in annotation.questions),
    )


def _entity(entity: Entity, turn: Rewritten, renamed: Renamed) -> Entity:
    mention = turn.mention(entity.mention)
    text = turn.said(mention)
    if not turn.touches(entity.mention):
        name = renamed(entity.name) if entity.name else ""
        return replace(entity, text=text, mention=mention, name=name)
    return replace(entity, text=text, mention=mention, name=text if entity.name else "", value="")


def _keyphrases(
    phrases: Iterable[Keyphrase], turns: Sequence[Rewritten], renamed: Renamed
) -> Iterator[Keyphrase]:
    """Yield phrases as they are said now, each once, with the mentions of all that came to it."""
    together: dict[str, Keyphrase] = {}
    for each in phrases:
        moved = tuple(turns[mention.turn].mention(mention) for mention in each.mentions)
        touched = [
            m for m, new in zip(each.mentions, moved, strict=True) if turns[m.turn].touches(m)
        ]
        if touched:
            first = touched[0]
            text = turns[first.turn].said(turns[first.turn].mention(first))
        else:
            text = renamed(each.text)
        lemma = renamed(each.lemma) if text == each.text else folded(text)
        known = together.get(folded(text))
        phrase = replace(each, text=text, lemma=lemma, mentions=moved)
        if known:
            phrase = replace(known, mentions=tuple(sorted({*known.mentions, *moved}, key=_begin)))
        together[folded(text)] = phrase
    yield from together.values()


def _begin(mention: Mention) -> tuple[int, int, int]:
    return mention.turn, mention.start_char, mention.end_char


def _question(question: Question, turn: Rewritten) -> Question:
    return replace(question, mention=turn.mention(question.mention))
