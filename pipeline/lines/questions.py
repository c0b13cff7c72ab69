"""What the terminal shows of the questions of one transcript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.transcript import Question, Transcript

MOST_SHOWN = 20


def question_lines(transcript: Transcript) -> Iterator[str]:
    """Yield the questions that are asked, each with the times of its answer."""
    questions = transcript.annotation.questions
    for each in questions[:MOST_SHOWN]:
        yield question_line(each, transcript)
    if len(questions) > MOST_SHOWN:
        yield f"  and {len(questions) - MOST_SHOWN} more"


def question_line(question: Question, transcript: Transcript) -> str:
    """Return a question as it is asked, with when, and when it is answered."""
    place = question.mention
    turn = transcript.turns[place.turn]
    asked = turn.text[place.start_char : place.end_char]
    who = f"{turn.speaker}: " if turn.speaker else ""
    return f"  [{format_timestamp(place.start)}] {who}{asked} {answered(question)}"


def answered(question: Question) -> str:
    """Return when a question is answered."""
    if question.answer is None:
        return "(no answer)"
    times = (question.answer.start, question.answer.end)
    return f"(answer [{'-'.join(map(format_timestamp, times))}])"
