"""The transcript as the plain text that is coded, and where its characters are words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from pipeline.export.qda.naming import level
from pipeline.timestamps import format_timestamp
from pipeline.transcript import Span, word_offsets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.transcript import Mention, Turn, Word

BETWEEN = "\n\n"  # line ends of one character, which every software counts as one


@dataclass(frozen=True)
class Plain:
    """A text with a paragraph per turn: at which characters these begin, and what is said in each.

    Characters are Unicode's, as the standard counts them.
    """

    turns: tuple[Turn, ...]
    heads: tuple[str, ...]
    said: tuple[str, ...]

    @classmethod
    def of(cls, turns: Sequence[Turn]) -> Plain:
        """Write turns as `[MM:SS] Speaker: text`."""
        return cls(tuple(turns), tuple(map(_head, turns)), tuple(level(t.text) for t in turns))

    @cached_property
    def text(self) -> str:
        """The whole text."""
        parts = (head + said for head, said in zip(self.heads, self.said, strict=True))
        return BETWEEN.join(parts) + "\n"

    @cached_property
    def begins(self) -> tuple[int, ...]:
        """The characters at which paragraphs begin."""
        pairs = zip(self.heads, self.said, strict=True)
        lengths = [len(head) + len(said) + len(BETWEEN) for head, said in pairs]
        return tuple(accumulate(lengths, initial=0))[: len(lengths)]

    @cached_property
    def bodies(self) -> tuple[int, ...]:
        """The characters at which it begins to be said, behind time and name."""
        return tuple(begin + len(head) for begin, head in zip(self.begins, self.heads, strict=True))

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """All words, as they stand in the text."""
        return tuple(word for turn in self.turns for word in turn.words)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The character at which each word begins."""
        pairs = zip(self.bodies, self.turns, strict=True)
        return tuple(body + at for body, turn in pairs for at in word_offsets(turn.words))

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """The character behind each word."""
        pairs = zip(self.starts, self.words, strict=True)
        return tuple(start + len(word.text) for start, word in pairs)

    def place(self, mention: Mention) -> tuple[int, int]:
        """Return the characters of what stands in a turn."""
        body = self.bodies[mention.turn]
        return body + mention.start_char, body + mention.end_char

    def paragraph(self, turn: int) -> tuple[int, int]:
        """Return the characters of what is said in a turn."""
        return self.bodies[turn], self.bodies[turn] + len(self.said[turn])

    def touched(self, start: int, end: int) -> tuple[int, int]:
        """Return which words characters [start, end) touch: the first, and the one behind them."""
        if start >= end:  # a mark between characters touches none
            return 0, 0
        first = bisect_right(self.ends, start)
        return first, max(first, bisect_left(self.starts, end))

    def words_in(self, start: int, end: int) -> tuple[Word, ...]:
        """Return the words that characters [start, end) touch."""
        return self.words[slice(*self.touched(start, end))]

    def span_of(self, start: int, end: int) -> Span | None:
        """Return the time of the words that characters touch; None where they touch none.

        It begins with the first in the text: a remark that was made earlier, while that turn went
        on, stands behind it. It ends with the latest.
        """
        words = self.words_in(start, end)
        if not words:
            return None
        return Span(words[0].start, max(word.end for word in words))

    def around(self, mentions: Iterable[Mention]) -> tuple[int, int]:
        """Return the characters from the first of what stands in turns to the last."""
        places = tuple(map(self.place, mentions))
        return min(start for start, _ in places), max(end for _, end in places)


def _head(turn: Turn) -> str:
    speaker = f"{level(turn.speaker)}: " if turn.speaker else ""
    return f"[{format_timestamp(turn.start)}] {speaker}"
