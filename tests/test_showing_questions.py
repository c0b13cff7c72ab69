"""Questions and answers as they are shown and exported."""

from __future__ import annotations

import json
from dataclasses import replace

from pipeline.export import as_json, as_markdown
from pipeline.lines.questions import MOST_SHOWN, question_lines
from pipeline.lines.view import transcript_lines
from pipeline.questions import answer_text, find_questions
from pipeline.transcript import Annotation, Answer, Mention, Question
from tests.libraries import recording
from tests.values import document, transcript, turn

TURNS = (
    turn("Fine. How *did* you start it?", "Anna", 0.5),
    turn("With one van, and then my sister came in and drove it every day.", "Ben", 65.0),
    turn("Who drives it now?", "Anna", 90.0),
)
ANNOTATION = Annotation(questions=find_questions(TURNS))


def test_a_transcript_ends_with_what_was_asked_and_when_it_was_answered() -> None:
    shown = list(transcript_lines(recording(), transcript(*TURNS, annotation=ANNOTATION)))
    assert shown[shown.index("Questions") :] == [
        "Questions",
        "  [00:00] Anna: How *did* you start it? (answer [01:05-01:09])",
        "  [01:30] Anna: Who drives it now? (no answer)",
    ]


def test_where_nothing_is_asked_there_is_no_such_list() -> None:
    said = transcript(*TURNS, annotation=Annotation())
    assert "Questions" not in list(transcript_lines(recording(), said))
    assert "## Questions" not in as_markdown.write(document(*TURNS, annotation=Annotation()))


def test_of_very_many_questions_the_first_are_shown() -> None:
    many = tuple(turn("Who drives it now?", None, 10.0 * n) for n in range(MOST_SHOWN + 3))
    asked = Annotation(questions=find_questions(many))
    shown = list(question_lines(transcript(*many, annotation=asked)))
    assert len(shown) == MOST_SHOWN + 1
    assert shown[0].startswith("  [00:00] Who drives it now? ")
    assert shown[-1] == "  and 3 more"


def test_markdown_lists_questions_with_how_their_answers_begin() -> None:
    written = as_markdown.write(document(*TURNS, annotation=ANNOTATION))
    assert written.endswith(
        "## Questions\n\n"
        "- [00:00] How \\*did\\* you start it? Answer [01:05]: "
        "With one van, and then my sister came in and drove it every day.\n"
        "- [01:30] Who drives it now?\n"
    )


def test_a_long_answer_is_cut_between_words() -> None:
    long = turn("word " * 100 + "end", "Ben", 65.0)
    turns = (TURNS[0], long)
    written = as_markdown.write(
        document(*turns, annotation=Annotation(questions=find_questions(turns)))
    )
    assert written.endswith("word word ...\n")
    assert len(written.splitlines()[-1]) < 250


def test_json_keeps_questions_and_reads_them_back() -> None:
    before = document(*TURNS, annotation=ANNOTATION)
    text = as_json.write(before)
    first = json.loads(text)["questions"][0]
    assert first["open"] is True
    assert (first["answer"]["first"], first["answer"]["last"]) == (1, 1)
    assert (first["mention"]["turn"], first["mention"]["start_char"]) == (0, 6)
    after = as_json.parse(text).transcript.annotation.questions
    assert [each.answer is None for each in after] == [False, True]
    assert after[0].mention == before.transcript.annotation.questions[0].mention


def test_json_from_before_there_were_questions_is_read() -> None:
    data = json.loads(as_json.write(document(*TURNS, annotation=ANNOTATION)))
    del data["questions"]
    assert as_json.parse(json.dumps(data)).transcript.annotation.questions == ()


def test_an_answer_within_a_turn_begins_where_it_answers() -> None:
    mention = Mention(66.0, 66.5, 0, 0, 3)
    later = Question(mention, open=True, answer=Answer(66.5, 69.2, 1, 1))
    assert later.answer is not None
    assert answer_text(later.answer, TURNS) == "my sister came in and drove it every day."
    past = replace(later.answer, start=69.2)
    assert answer_text(past, TURNS).startswith("With one van")
