"""Turns to questions, and to what is said in answer to each (pure)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.questions.asking import (
    asks_in_words,
    consents,
    halves,
    is_open,
    is_tag,
    names_nobody,
    only_holds,
    reports_on,
    sentences,
    sums_up,
)
from pipeline.transcript import Answer, Mention, Question, join_words, word_offsets
from pipeline.wording import HEARING, is_remark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.questions.asking import Sentence
    from pipeline.transcript import Turn

# Words that somebody who asks may still add in the same breath; who says more answers it themself.
ADDED = 12
MOST_ADDED = 40  # where they speak to whom the question speaks to: "you"
SHORT = 4  # words: "What is it?" alone says nothing
LONGEST_ECHO = 6  # words
GOES_ON = 0.5  # seconds: what another says for longer after a question goes on after it
NEAR = 3  # turns before a question in which one may still go on
OF_YOU = re.compile(r"\b(?:you|your|yours)\b")
WORD = re.compile(r"\w+(?:['\u2019-]\w+)*")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question without its answer; an `echo` gives back what another has just said."""

    question: Question
    speaker: str | None
    echo: bool

    @property
    def turn(self) -> int:
        """The position of the turn that asks."""
        return self.question.mention.turn


def find_questions(turns: Sequence[Turn]) -> tuple[Question, ...]:
    """Return what is asked, in the order of the text, each with its answer.

    Sentences that ask together are one question, from the first character of the first to the last
    of the last, so that the answer is to all of them; a very short one ("What is it?") has the
    sentence before it, too. Where speakers are told apart a turn has one question at most, its
    last: to what is asked before that, whoever asks has given the answer themself.
    """
    if not turns:
        return ()
    if all(turn.speaker is None for turn in turns):
        asked = [each for place, turn in enumerate(turns) for each in in_paragraph(place, turn)]
        return tuple(followed(asked, turns))
    plainly = [asked_in(place, turns) for place in range(len(turns))]
    most = most_asking(filter(None, plainly))
    found = [each or unmarked(place, turns, most) for place, each in enumerate(plainly)]
    by_turn = {each.turn: each for each in found if each}
    return tuple(
        replace(each.question, answer=answer(each, by_turn, turns, leads=each.speaker == most))
        for each in by_turn.values()
    )


def most_asking(asked: Iterable[Asked]) -> str | None:
    """Return who asks most in a call."""
    counted = Counter(each.speaker for each in asked if not each.echo)
    return counted.most_common(1)[0][0] if counted else None


# What asks


def asked_in(place: int, turns: Sequence[Turn]) -> Asked | None:
    """Return the question of a turn, if it asks one."""
    turn = turns[place]
    said = sentences(turn.text)
    asking = asking_sentences(said)
    last = next((each for each in reversed(asking) if stays_open(each, said)), None)
    if last is None:
        return None
    together = next(run for run in runs(asking, said) if last in run)
    asked = [each for each in together if each <= last]
    question = question_of(asked, said, place, turn, opening(asked, said))
    return Asked(question, turn.speaker, is_echo(said[last].text, said_before(place, turns)))


def unmarked(place: int, turns: Sequence[Turn], most: str | None) -> Asked | None:
    """Return the question of a turn that asks by its place alone, as what is said next tells.

    That is an echo that the other takes up, and, from who asks most in the call, half a question
    that somebody answers, or a summary that they confirm.
    """
    turn, reply = turns[place], said_after(place, turns)
    said = sentences(turn.text)
    last = said[-1]
    if not reply or last.text.endswith("!"):
        return None
    ending = [len(said) - 1]
    question = question_of(ending, said, place, turn, opening(ending, said))
    echo = is_echo(turn.text, said_before(place, turns)) and names_nobody(turn.text)
    if echo and (consents(reply) or set(telling(turn.text)) <= set(telling(reply))):
        return Asked(question, turn.speaker, echo=True)
    leads = turn.speaker == most
    if leads and (halves(last) or (sums_up(last) and consents(reply))):
        return Asked(question, turn.speaker, echo=False)
    return None


def said_before(place: int, turns: Sequence[Turn]) -> str:
    """Return what another has said last before a turn."""
    return next((each.text for each in others(reversed(turns[:place]), turns[place])), "")


def said_after(place: int, turns: Sequence[Turn]) -> str:
    """Return what another says next after a turn, if whose turn it is says nothing before."""
    after = turns[place + 1 : place + 2]
    return next((each.text for each in others(after, turns[place])), "")


def others(among: Iterable[Turn], turn: Turn) -> Iterator[Turn]:
    """Yield the turns that are not of the speaker of a turn."""
    return (each for each in among if each.speaker != turn.speaker)


def asking_sentences(said: Sequence[Sentence]) -> list[int]:
    """Return which sentences of a turn ask something, by position."""
    return [place for place in range(len(said)) if asks(place, said)]


def asks(place: int, said: Sequence[Sentence]) -> bool:
    """Tell whether a sentence of a turn asks something: itself, and not somebody in a report."""
    sentence = said[place]
    if place and reports_on(said[place - 1]):
        return False
    if not sentence.marked:
        return asks_in_words(sentence) and not sentence.text.endswith("!")
    if only_holds(sentence) or (is_tag(sentence) and place < len(said) - 1):
        return False
    return asks_in_words(sentence) or not is_afterthought(place, said)


def is_afterthought(place: int, said: Sequence[Sentence]) -> bool:
    """Tell whether a sentence only gives back words of its own turn: "It was Jo. Jo Lind?"."""
    before = {word for each in said[:place] for word in telling(each.text)}
    return bool(before & set(telling(said[place].text)[:1]))


def stays_open(place: int, said: Sequence[Sentence]) -> bool:
    """Tell whether who asks leaves the answer to others, by what they go on to say themself."""
    after = " ".join(each.text for each in said[place + 1 :])
    to_you = OF_YOU.search(after.casefold()) and OF_YOU.search(said[place].plain)
    return len(after.split()) <= (MOST_ADDED if to_you else ADDED)


def runs(asking: Sequence[int], said: Sequence[Sentence]) -> list[list[int]]:
    """Return the sentences that ask, gathered where no more than a few words stand between."""
    gathered = [list(asking[:1])]
    for before, place in pairwise(asking):
        between = sum(len(each.text.split()) for each in said[before + 1 : place])
        if between > ADDED:
            gathered.append([])
        gathered[-1].append(place)
    return gathered


def question_of(
    asking: Sequence[int], said: Sequence[Sentence], place: int, turn: Turn, begin: int
) -> Question:
    """Return the question that sentences of a turn make together; it begins with one of them."""
    start, end = said[begin].start, said[asking[-1]].end
    span = turn.span_of(start, end)
    openly = any(is_open(said[each]) for each in asking)
    return Question(Mention(span.start, span.end, place, start, end), openly)


def opening(asking: Sequence[int], said: Sequence[Sentence]) -> int:
    """Return the sentence with which a question begins: a very short one needs that before it."""
    words = sum(len(said[each].text.split()) for each in asking)
    return asking[0] - 1 if asking[0] and words <= SHORT else asking[0]


def is_echo(text: str, before: str) -> bool:
    """Tell whether a question only gives back words that another has just said."""
    words = WORD.findall(text)
    own = telling(text)
    return 0 < len(own) <= len(words) <= LONGEST_ECHO and set(own) <= set(telling(before))


def telling(text: str) -> list[str]:
    """Return the words of a text that are more than glue, in small letters."""
    return [word for word in WORD.findall(text.casefold()) if len(word) > 3 or word.isdecimal()]


# What answers


def answer(
    one: Asked, asked: dict[int, Asked], turns: Sequence[Turn], *, leads: bool
) -> Answer | None:
    """Return what others say after a question, up to the next one; None where nobody does.

    That is the next of who asked, or of a third. Who answers may ask back ("Last year, you mean?")
    and who asked may echo. To somebody who seldom asks (`leads` is not set), the other's next
    question ends the answer, once there is one.
    """
    given = list(answering(one, asked, turns, leads=leads))
    given = [each for each in given if not is_remark(turns[each].words, HEARING)] or given
    end = one.question.mention.end
    on = list(going_on(one, turns))
    if not on and not given:
        return None
    places = [*on, *given]
    start = end if on else turns[places[0]].start
    last = max(turns[each].end for each in places)
    return Answer(min(start, last), last, places[0], places[-1])


def going_on(one: Asked, turns: Sequence[Turn]) -> Iterator[int]:
    """Yield the turns of others that begin before a question and go on after it; one at most."""
    for each in range(one.turn - 1, max(-1, one.turn - 1 - NEAR), -1):
        later = turns[each].end > one.question.mention.end + GOES_ON
        if later and turns[each].speaker != one.speaker:
            yield each
            return


def answering(
    one: Asked, asked: dict[int, Asked], turns: Sequence[Turn], *, leads: bool
) -> Iterator[int]:
    """Yield the turns of others after a question, up to the one that ends its answer."""
    first, answered = None, False
    for place in range(one.turn + 1, len(turns)):
        speaker, other = turns[place].speaker, asked.get(place)
        if other and not other.echo:
            back = speaker != one.speaker and first in (None, speaker)
            if not back or (answered and not leads):
                return
        if speaker != one.speaker:
            first = first or speaker
            answered = answered or not other
            yield place


def answer_text(given: Answer, turns: Sequence[Turn]) -> str:
    """Return how an answer begins: its first turn, from where it answers."""
    said = turns[given.first].words
    return join_words(word for word in said if word.end > given.start) or join_words(said)


# Where nobody is told apart


def in_paragraph(place: int, turn: Turn) -> Iterator[Asked]:
    """Yield the questions of a paragraph in which several may speak, without their answers."""
    said = sentences(turn.text)
    asking = asking_sentences(said)
    together: list[list[int]] = []
    for each in asking:
        if together and together[-1][-1] == each - 1:
            together[-1].append(each)
        else:
            together.append([each])
    for run in together:
        yield Asked(question_of(run, said, place, turn, run[0]), None, echo=False)


def followed(asked: Sequence[Asked], turns: Sequence[Turn]) -> Iterator[Question]:
    """Yield questions, each with what is said from there up to the next one."""
    for place, one in enumerate(asked):
        rest = asked[place + 1 : place + 2]
        last = before(rest[0].question.mention, turns) if rest else end_of(turns)
        first = after(one.question.mention, turns)
        if last < first:
            yield one.question
            continue
        start, end = (turns[place].words[word] for place, word in (first, last))
        until = max(start.start, end.end)
        yield replace(one.question, answer=Answer(start.start, until, first[0], last[0]))


def after(mention: Mention, turns: Sequence[Turn]) -> tuple[int, int]:
    """Return the turn and the word that come after a mention; past the last, where none does."""
    offsets = word_offsets(turns[mention.turn].words)
    word = bisect_left(offsets, mention.end_char)
    return (mention.turn, word) if word < len(offsets) else (mention.turn + 1, 0)


def before(mention: Mention, turns: Sequence[Turn]) -> tuple[int, int]:
    """Return the turn and the word that come before a mention."""
    word = bisect_left(word_offsets(turns[mention.turn].words), mention.start_char)
    if word:
        return mention.turn, word - 1
    return mention.turn - 1, len(turns[mention.turn - 1].words) - 1


def end_of(turns: Sequence[Turn]) -> tuple[int, int]:
    """Return the last turn and its last word."""
    return len(turns) - 1, len(turns[-1].words) - 1
