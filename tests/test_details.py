"""What deserves a second look: counted in one line, or told in full."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.lines import details
from pipeline.revise import Revised
from pipeline.transcript import (
    Made,
    Removed,
    Revision,
    Segment,
    Span,
    Transcript,
    Unheard,
)
from tests.libraries import recording
from tests.values import transcript, turn, words

PLAIN = transcript(turn("So so."))
REMOVED = (
    Removed(723.0, 724.0, "Thank you.", "a stock phrase in noise"),
    Removed(800.0, 801.0, "You.", "nobody speaks there", 1),
)
UNHEARD = (Unheard(723.9, 727.0), Unheard(3700.0, 3702.5, 1))
SMALL = Made("fake-whisper", "1", "small", "00ff")
BEFORE = (
    Segment(751.0, 752.0, words("at all.", 751.0), 1),
    Segment(750.0, 751.0, words("Not cheap", 750.0), 0),
)
REVISION = Revision(750.0, 790.0, 1, SMALL, "2026-09-01T10:00:00+00:00", BEFORE)


def hints(said: Transcript) -> list[str]:
    return list(details.hint_lines(recording(), said))


def told(said: Transcript) -> str:
    return "\n".join(details.detail_lines(recording(), said))


def test_where_there_is_nothing_to_know_nothing_is_said() -> None:
    assert hints(PLAIN) == []


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"unheard": UNHEARD}, "2 stretches of voice without words"),
        ({"unheard": UNHEARD[:1]}, "1 stretch of voice without words"),
        ({"removed": REMOVED}, "3 words removed"),
        ({"removed": REMOVED[1:]}, "1 word removed"),
        ({"revisions": (REVISION,)}, "1 passage recognised anew"),
        ({"revisions": (REVISION, REVISION)}, "2 passages recognised anew"),
        (
            {"unheard": UNHEARD, "removed": REMOVED},
            "2 stretches of voice without words, 3 words removed",
        ),
    ],
)
def test_what_there_is_to_know_is_one_line_that_says_where(
    fields: dict[str, object], line: str
) -> None:
    said = replace(PLAIN, **fields)  # type: ignore[arg-type]
    assert hints(said) == ["", f"{line}: relisten show abababab --details"]


@pytest.mark.parametrize(
    ("made", "line"),
    [
        (Made("relisten", "1.0"), "relisten 1.0"),
        (
            Made("whisper", "1.2", "base", "0123456789ab", (("beam", "5"), ("vad_filter", "yes"))),
            "whisper 1.2, model base (01234567), beam 5, vad filter yes",
        ),
        (Made("whisper", "1.2", "base", options=(("language", ""),)), "whisper 1.2, model base"),
        (Made("none", "", notes=("no language model for 'cy'",)), "not made"),
    ],
)
def test_what_made_a_stage_is_told_in_one_line(made: Made, line: str) -> None:
    assert details.how(made) == line


def test_each_stage_is_told_in_plain_words() -> None:
    names = ("transcribe", "diarize", "attribute", "annotate")
    said = replace(PLAIN, made=tuple((name, Made("relisten", "1")) for name in names))
    assert told(said).splitlines()[1:6] == [
        "How it was made",
        "  Words: relisten 1",
        "  Speakers: relisten 1",
        "  Turns: relisten 1",
        "  Entities and keyphrases: relisten 1",
    ]


def test_removed_words_are_told_with_time_and_reason() -> None:
    assert list(details.removed_lines(replace(PLAIN, removed=REMOVED))) == [
        "3 words removed:",
        "  12:03 'Thank you.' - a stock phrase in noise",
        "  13:20 'You.' - nobody speaks there",
    ]


def test_a_long_loop_is_not_told_in_full() -> None:
    loop = Removed(0.0, 60.0, "so we do " * 90, "the same words over and over")
    _, line = details.removed_lines(replace(PLAIN, removed=(loop,)))
    assert len(line) < 240
    assert line.endswith(" ...' - the same words over and over")


def test_stretches_without_words_are_told_with_the_command_that_plays_them() -> None:
    assert list(details.unheard_lines(recording(), replace(PLAIN, unheard=UNHEARD))) == [
        "2 stretches of voice without words:",
        "  12:03-12:07  relisten play abababab@12:03",
        "  1:01:40-1:01:42  relisten play abababab@1:01:40",
    ]


def test_details_say_that_nothing_was_removed_and_all_was_heard() -> None:
    assert "0 words removed\n\n0 stretches of voice without words" in told(PLAIN)
    assert "Recognised anew" not in told(PLAIN)


def test_languages_are_told_where_there_are_several() -> None:
    assert "Languages" not in told(replace(PLAIN, languages=(("en", 90.0),)))
    several = replace(PLAIN, languages=(("en", 1880.5), ("de", 130.0)))
    assert "Languages\n  en 31:20, de 02:10" in told(several)


def test_a_revision_is_told_with_what_stood_there() -> None:
    assert details.revision_line(REVISION) == (
        "  12:30-13:10 by small on 2026-09-01. Before: 'Not cheap at all.'"
    )
    gone = replace(REVISION, standing=False, before=(), made=Made("whisper", "1"))
    assert details.revision_line(gone) == (
        "  12:30-13:10 by whisper on 2026-09-01, and the whole recording again since. "
        "Before: no words"
    )
    assert "Recognised anew\n  12:30" in told(replace(PLAIN, revisions=(REVISION,)))


def test_a_passage_heard_anew_shows_its_words_before_and_now() -> None:
    heard = (Segment(750.0, 751.0, words("Not cheap.", 750.0), 0),)
    revised = Revised(recording(), Span(750, 790), BEFORE, heard, SMALL, REVISION)
    assert list(details.revised_lines(revised)) == [
        "abababab  First call  12:30-13:10  by small",
        "before: 'Not cheap at all.'",
        "now:    'Not cheap.'",
        "The words from before are kept: relisten show abababab --details",
    ]


def test_a_passage_that_is_heard_as_before_says_so() -> None:
    revised = Revised(recording(), Span(750, 790), BEFORE, BEFORE, SMALL, REVISION)
    assert "now:    the same words" in list(details.revised_lines(revised))


def test_words_that_differ_only_behind_what_is_shown_are_not_the_same() -> None:
    before = (Segment(750.0, 780.0, words("so we said " * 200, 750.0), 0),)
    heard = (Segment(750.0, 780.0, words("so we said " * 199 + "no more words", 750.0), 0),)
    revised = Revised(recording(), Span(750, 790), before, heard, SMALL, REVISION)
    assert "the same words" not in "".join(details.revised_lines(revised))


def test_what_stood_in_a_passage_is_told_in_full() -> None:
    long = (Segment(750.0, 780.0, words("so we said " * 300, 750.0), 0),)
    assert details.revision_line(replace(REVISION, before=long)).count("so we said") == 300


def test_a_passage_of_half_a_minute_is_shown_in_full() -> None:
    long = (Segment(750.0, 780.0, words("so we said " * 30, 750.0), 0),)
    revised = Revised(recording(), Span(750, 790), BEFORE, long, SMALL, REVISION)
    _, _, now, _ = details.revised_lines(revised)
    assert now.count("so we said") == 30


def test_a_passage_in_which_nothing_is_heard_now_says_that_it_is_as_it_was() -> None:
    revised = Revised(recording(), Span(750, 790), BEFORE, (), SMALL, None)
    assert list(details.revised_lines(revised))[1:] == [
        "before: 'Not cheap at all.'",
        "now:    no words are heard there. What stood there is left as it was.",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("so", "so"), ("x" * 160, "x" * 160), ("x" * 161, "x" * 160 + " ..."), ("", "")],
)
def test_long_texts_are_cut(text: str, shown: str) -> None:
    assert details.short(text) == shown
