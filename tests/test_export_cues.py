"""Cues: what stands on the screen together, and when. Nothing is lost, and the rules are kept."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import accumulate, pairwise

import pytest
from hypothesis import given

from pipeline.export.breaks import to_pieces, width
from pipeline.export.cues import Cue, Rules, lay_out, make_cues
from pipeline.timestamps import milliseconds
from pipeline.transcript import Turn, Word, join_words
from tests.values import conversations, tangles, turn, words

RULES = Rules()


def bare(text: str) -> str:
    """Return text without its spaces."""
    return "".join(text.split())


def shown(cues: tuple[Cue, ...]) -> list[str]:
    """Return the text of each cue, its lines parted by a bar."""
    return ["|".join(cue.lines) for cue in cues]


def reading_time(cue: Cue) -> float:
    """Return the seconds that reading a cue takes."""
    return width(" ".join(cue.lines)) / RULES.characters_per_second


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("Yes.", ["Yes."]),
        ("It was too expensive for us.", ["It was too expensive for us."]),
        (
            "When we first looked at it, we thought that it was too expensive.",
            ["When we first looked at it,|we thought that it was too expensive."],
        ),
        (
            "We liked it a lot and bought it right away. "
            "Then came the second year and with it came another price.",
            [
                "We liked it a lot and|bought it right away.",
                "Then came the second year and|with it came another price.",
            ],
        ),
        (
            "We had been talking to the other company for years, "
            "so it was not a decision we took without thinking.",
            [
                "We had been talking to the|other company for years,",
                "so it was not a decision|we took without thinking.",
            ],
        ),
        (
            "At first it was good. That was when we met Dr. Smith who leads "
            "the whole purchasing department.",
            [
                "At first it was good.",
                "That was when we met Dr. Smith who|leads the whole purchasing department.",
            ],
        ),
        (
            "We had been talking to them, "
            "and it was not a decision we would ever have taken without thinking.",
            [
                "We had been talking to them,",
                "and it was not a decision we would|ever have taken without thinking.",
            ],
        ),
        ("a" * 50, ["a" * 50]),
        (f"so {'a' * 50} then", ["so", f"{'a' * 50}|then"]),
    ],
)
def test_text_is_broken_at_sentence_ends_then_at_clauses_and_into_even_lines(
    text: str, cues: list[str]
) -> None:
    assert shown(make_cues([turn(text)])) == cues


def test_short_sentences_share_a_cue() -> None:
    cues = make_cues([turn("Yes, I do. We like it.", each=0.6)])
    assert shown(cues) == ["Yes, I do. We like it."]


FULL = "We liked what it could do for all of us, but the price was far too high so we left."


def test_a_sentence_has_no_cue_of_its_own_where_there_is_no_time_to_read_it() -> None:
    assert shown(make_cues([turn(f"No. {FULL}")]))[0].startswith("No. We liked")
    said = turn(f"{FULL} No.")
    interrupted = make_cues([said, turn("Oh.", "Ben", said.end)])
    assert shown(interrupted)[1].endswith("we left. No.")


def test_a_sentence_has_a_cue_of_its_own_where_silence_follows() -> None:
    assert shown(make_cues([turn(f"{FULL} No.")]))[1] == "No."


def test_a_pause_ends_a_cue_even_inside_a_sentence() -> None:
    before, after = words("I think it was"), words("the price.", start=3.0)
    assert shown(make_cues([Turn.of("Anna", before + after)])) == ["I think it was", "the price."]


def test_a_breath_does_not_end_a_cue() -> None:
    before, after = words("I think it was"), words("the price.", start=1.8)
    assert shown(make_cues([Turn.of("Anna", before + after)])) == ["I think it was the price."]


def test_text_without_spaces_is_broken_between_words_after_its_punctuation() -> None:
    said = words(
        "それ から 友達 と 一緒 に ラーメン を 食べ て 、 とても 美味しかっ た です 。",
        spaced=False,
    )
    (cue,) = make_cues([Turn.of("Yuki", said)])
    assert cue.lines == ("それから友達と一緒にラーメンを", "食べて、とても美味しかったです。")


def test_a_short_cue_is_held_for_a_second_into_the_silence() -> None:
    (cue,) = make_cues([turn("Yes.", start=5.0)])
    assert (cue.start, cue.end) == (5.0, 6.0)


def test_a_fast_cue_is_held_until_it_can_be_read() -> None:
    (cue,) = make_cues([turn("one two three four five six seven eight nine ten", each=0.1)])
    assert cue.end == pytest.approx(48 / 20)


def test_a_cue_is_held_no_longer_than_to_the_next_cue_of_anyone() -> None:
    first, second = make_cues([turn("Yes."), turn("Good to hear.", "Ben", 0.5)])
    assert (first.end, second.start) == (0.5, 0.5)


FAST = "one two three four five six seven eight nine ten"


def test_a_cue_that_lacks_time_begins_a_little_sooner() -> None:
    hurried = turn(FAST, each=0.2, start=5.0)
    (cue, _) = make_cues([hurried, turn("Good to hear.", "Ben", hurried.end)])
    assert cue.start == pytest.approx(4.9)
    assert cue.end == hurried.end


def test_it_begins_no_sooner_than_it_needs_to() -> None:
    hurried = turn(FAST, each=0.235, start=5.0)
    (cue, _) = make_cues([hurried, turn("Good to hear.", "Ben", hurried.end)])
    assert cue.duration == pytest.approx(48 / 20)


@pytest.mark.parametrize(("silence", "sooner"), [(0.0, 0.0), (0.04, 0.04), (2.0, 0.1)])
def test_it_begins_no_sooner_than_others_have_been_read(silence: float, sooner: float) -> None:
    before = turn("one two three four five", "Ben", each=0.24)
    hurried = turn(FAST, each=0.2, start=before.end + silence)
    cues = make_cues([before, hurried, turn("Good to hear.", "Ben", hurried.end)])
    assert hurried.start - cues[1].start == pytest.approx(sooner)
    assert cues[0].end <= cues[1].start


def test_text_is_broken_elsewhere_where_that_leaves_time_to_read_it() -> None:
    slow, fast = words("So we went on.", each=0.75), words(FAST, start=3.0, each=0.22)
    (cue, _) = make_cues([Turn.of("Anna", slow + fast), turn("I see.", "Ben", 5.2)])
    assert " ".join(cue.lines) == f"So we went on. {FAST}"


def test_a_cue_knows_its_turn() -> None:
    text = "We liked it a lot and bought it right away. Then came the second year and its price."
    cues = make_cues([turn(text), turn("Mhm.", "Ben", 1.0)])
    assert [(cue.speaker, cue.turn) for cue in cues] == [("Anna", 0), ("Ben", 1), ("Anna", 0)]


def test_speech_that_truly_overlaps_keeps_its_times() -> None:
    one = turn("I would say that it was the price", "Anna", 0.0)
    first, second = make_cues([one, turn("Mhm.", "Ben", 1.0)])
    assert (first.start, first.end) == (0.0, 2.4)
    assert (second.start, second.end) == (1.0, 2.0)


def test_cues_of_overlapping_turns_are_in_the_order_of_their_starts() -> None:
    text = "We liked it a lot and bought it right away. Then came the second year and its price."
    cues = make_cues([turn(text), turn("Mhm.", "Ben", 1.0)])
    assert [cue.speaker for cue in cues] == ["Anna", "Ben", "Anna"]


def test_a_word_that_lasts_too_long_is_shown_for_seven_seconds() -> None:
    said = (Word(0.0, 20.0, "Well,"), Word(20.0, 20.5, "no."))
    first, second = make_cues([Turn.of("Anna", said)])
    assert (first.end, second.start) == (7.0, 20.0)


def test_words_that_share_an_instant_are_shown_one_cue_after_another() -> None:
    said = tuple(Word(3.0, 3.0, "again") for _ in range(40))
    cues = make_cues([Turn.of("Anna", said)])
    assert len(cues) > 1
    assert all(after.start == before.end > before.start for before, after in pairwise(cues))


def test_a_tag_opens_only_the_first_cue_of_each_turn() -> None:
    text = "We liked it a lot and bought it right away. Then came the second year and its price."
    cues = make_cues([turn(text), turn("I see.", "Ben", 60.0)], tagged=True)
    assert shown(cues) == [
        "Anna: We liked it a lot|and bought it right away.",
        "Then came the second year and its price.",
        "Ben: I see.",
    ]


def test_a_tag_is_parted_from_text_without_spaces() -> None:
    said = Turn.of("Yuki", words("今日 は", spaced=False))
    assert shown(make_cues([said], tagged=True)) == ["Yuki: 今日は"]


def test_a_tag_never_stands_alone() -> None:
    cues = make_cues([turn(f"{'a' * 41} yes", "Maximiliane " * 4)], tagged=True)
    assert cues[0].lines[1] == "a" * 41


@pytest.mark.parametrize("speaker", [None, ""])
def test_nobody_has_no_tag(speaker: str | None) -> None:
    assert shown(make_cues([turn("Yes.", speaker)], tagged=True)) == ["Yes."]


def test_no_turns_make_no_cues() -> None:
    assert make_cues([]) == ()


def test_rules_can_be_others() -> None:
    rules = Rules(line_length=10, shortest=2.0)
    cues = make_cues([turn("It was too expensive.")], rules)
    assert shown(cues) == ["It was too|expensive."]
    assert cues[0].duration == 2.0


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ("one two three",)),
        ("aaaa bbbb cccc dddd", ("aaaa bbbb", "cccc dddd")),
        ("aaaa, bbbb cccc dddd", ("aaaa,", "bbbb cccc dddd")),
        ("aaaaaaaaaaaaaaaaaaaa b", ("aaaaaaaaaaaaaaaaaaaa", "b")),
    ],
)
def test_lines_are_even_unless_a_stop_is_near(text: str, lines: tuple[str, ...]) -> None:
    assert lay_out(to_pieces(words(text), 14), 14) == lines


@given(conversations())
def test_no_word_is_lost_or_moved(turns: tuple[Turn, ...]) -> None:
    text = " ".join(line for cue in make_cues(turns) for line in cue.lines)
    assert bare(text) == bare("".join(turn.text for turn in turns))


@given(tangles())
def test_not_even_in_turns_whose_times_are_tangled(turns: tuple[Turn, ...]) -> None:
    named = [replace(turn, speaker=str(place)) for place, turn in enumerate(turns)]
    cues = make_cues(named)
    for said in named:
        text = " ".join(line for cue in cues if cue.speaker == said.speaker for line in cue.lines)
        assert bare(text) == bare(said.text)


@given(conversations())
def test_no_line_ends_inside_a_word(turns: tuple[Turn, ...]) -> None:
    lines = [bare(line) for cue in make_cues(turns) for line in cue.lines]
    texts = [bare(word.text) for turn in turns for word in turn.words]
    assert set(accumulate(map(len, lines))) <= set(accumulate(map(len, texts)))


@given(conversations())
def test_a_cue_has_at_most_two_lines_that_fit_unless_one_word_does_not(
    turns: tuple[Turn, ...],
) -> None:
    texts = {word.text for turn in turns for word in turn.words}
    names = {f"{turn.speaker}:" for turn in turns}
    for rules in (RULES, Rules(line_length=8)):
        for cue in make_cues(turns, rules, tagged=True):
            assert 1 <= len(cue.lines) <= 2
            for line in cue.lines:
                assert width(line) <= rules.line_length or line in texts | names


@given(conversations())
def test_no_two_cues_of_honest_turns_overlap(turns: tuple[Turn, ...]) -> None:
    for before, after in pairwise(make_cues(turns)):
        assert before.end <= after.start


@given(conversations())
def test_a_cue_begins_with_its_first_word_and_lasts_as_long_as_its_last(
    turns: tuple[Turn, ...],
) -> None:
    for cue, first, last in with_words(turns):
        assert first.start - RULES.lead - 1e-9 <= cue.start <= first.start
        assert cue.end >= last.end


def with_words(turns: tuple[Turn, ...]) -> list[tuple[Cue, Word, Word]]:
    """Return each cue with its first word and its last."""
    said = [word for turn in turns for word in turn.words]
    ends = list(accumulate(len(bare(word.text)) for word in said))
    found, done = [], 0
    for cue in make_cues(turns):
        first = said[ends.index(done) + 1 if done else 0]
        done += len(bare("".join(cue.lines)))
        found.append((cue, first, said[ends.index(done)]))
    return found


@given(conversations())
def test_a_cue_begins_sooner_only_where_it_lacks_time_and_no_other_is_read(
    turns: tuple[Turn, ...],
) -> None:
    shown = with_words(turns)
    before = (0.0, *(max(last.end, read_by(cue, first)) for cue, first, last in shown))
    for (cue, first, _), free in zip(shown, before, strict=False):
        lacks = min(max(RULES.shortest, reading_time(cue)), RULES.longest) - cue.duration
        if cue.start < first.start:
            assert cue.start >= free - 1e-9
            assert lacks >= -1e-9
        elif lacks > 0.001:
            assert free >= cue.start - 1e-9


def read_by(cue: Cue, first: Word) -> float:
    """Return when a cue that begins with its first word has been read."""
    return first.start + min(max(RULES.shortest, reading_time(cue)), RULES.longest)


@given(conversations())
def test_a_cue_is_too_short_or_too_fast_only_where_the_next_leaves_no_room(
    turns: tuple[Turn, ...],
) -> None:
    cues = make_cues(turns)
    followings = (*(cue.start for cue in cues[1:]), math.inf)
    for cue, following in zip(cues, followings, strict=False):
        wanted = min(RULES.longest, max(RULES.shortest, reading_time(cue)))
        assert cue.end >= min(cue.start + wanted, following) - 1e-9


@given(tangles())
def test_whatever_the_times_cues_start_in_order_and_last_a_moment_to_seven_seconds(
    turns: tuple[Turn, ...],
) -> None:
    cues = make_cues(turns, tagged=True)
    starts = [milliseconds(cue.start) for cue in cues]
    assert starts == sorted(starts)
    for cue in cues:
        assert milliseconds(cue.start) < milliseconds(cue.end)
        assert cue.duration <= RULES.longest + 1e-9


@given(tangles())
def test_whatever_the_times_no_two_cues_of_one_speaker_overlap(turns: tuple[Turn, ...]) -> None:
    cues = make_cues(turns)
    for speaker in {cue.speaker for cue in cues}:
        own = [cue for cue in cues if cue.speaker == speaker]
        assert all(before.end <= after.start for before, after in pairwise(own))


@given(conversations())
def test_tags_change_nothing_but_the_first_cue_of_a_turn(turns: tuple[Turn, ...]) -> None:
    for said in turns:
        text = " ".join(line for cue in make_cues([said], tagged=True) for line in cue.lines)
        tag = f"{said.speaker}:" if said.speaker else ""
        assert bare(text) == bare(tag + join_words(said.words))
