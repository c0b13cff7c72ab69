"""What a query asks for, once it is read: words as an FTS5 expression, and fields."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A condition of a query beside its words, as `speaker:Ann` or `-tag:pilot`.

    `name` is one of speaker, role, project, tag, participant, entity, in, after, before and is;
    `without` tells that it must not hold.
    """

    name: str
    value: str
    without: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was understood.

    text : as it is typed.
    expression : what the words come to, in FTS5's language; "" where only fields are asked for.
    phrase : where it is several plain words, what they come to as one phrase, in FTS5's language
        ("$450 a month" is several phrases with OR between); else "".
    wanted : the words, phrases and beginnings that are looked for, folded to be compared, in
        every form in which they may be said or written.
    fields : conditions that hold for the whole query, wherever they stand in it. Of several with
        one name, any may hold; of those `without`, none. Of after and before there is at most
        one each, never `without`, its value a day, YYYY-MM-DD; both days count.
    plain : the words without fields, where they may also be meant by what is said in other words;
        "" where operators, prefixes or quotes say that just these words are wanted.
    understood : one line in words for people.
    notes : what was mended or passed over, in sentences.
    kinds : `wanted` again, the forms of one thing together: what is in one group is the same
        thing in other words ("450", "fourhundredandfifty"), so a hit needs but one of them. The
        thing that a match is, is the group of the text that it is meant by.
    """

    text: str
    expression: str
    phrase: str
    wanted: tuple[str, ...]
    fields: tuple[Field, ...]
    plain: str
    understood: str
    notes: tuple[str, ...]
    kinds: tuple[tuple[str, ...], ...] = ()
