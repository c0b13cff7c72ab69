"""What a person says of speakers, and what that makes of spans and turns."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.speakers import (
    EditKind,
    Role,
    SpeakerEdit,
    by_hand,
    cast,
    channel_meant,
    edited,
    group,
    merges,
    relabelled,
    remembered,
    roles,
    shown_names,
    turns_by_hand,
    under_labels,
)
from pipeline.transcript import Segment, Span, SpeakerSpan, Turn
from tests.values import words

ONE, TWO, THREE = "Speaker 1", "Speaker 2", "Speaker 3"


def name(speaker: str, value: str) -> SpeakerEdit:
    return SpeakerEdit(EditKind.NAME, speaker, value)


def merge(speaker: str, into: str) -> SpeakerEdit:
    return SpeakerEdit(EditKind.MERGE, speaker, into)


def passage(start: float, end: float, speaker: str) -> SpeakerEdit:
    return SpeakerEdit(EditKind.PASSAGE, speaker, passage=Span(start, end))


def role(speaker: str, value: Role) -> SpeakerEdit:
    return SpeakerEdit(EditKind.ROLE, speaker, value)


MONO = (
    SpeakerSpan(0, 4, ONE, None, 0.9),
    SpeakerSpan(4, 9, TWO, None, 0.8),
    SpeakerSpan(9, 12, THREE, None, 0.5),
)
STEREO = (SpeakerSpan(0, 4, ONE, 0), SpeakerSpan(3, 9, TWO, 1), SpeakerSpan(10, 12, ONE, 0))


def brief(spans: tuple[SpeakerSpan, ...]) -> list[tuple[float, float, str]]:
    return [(span.start, span.end, span.speaker) for span in spans]


@pytest.mark.parametrize(
    ("kind", "speaker", "value", "when"),
    [
        (EditKind.NAME, ONE, "", None),
        (EditKind.NAME, " ", "Ann", None),
        (EditKind.NAME, ONE, "Ann", Span(0, 1)),
        (EditKind.PASSAGE, ONE, "", None),
    ],
)
def test_an_edit_that_says_nothing_is_refused(
    kind: EditKind, speaker: str, value: str, when: Span | None
) -> None:
    with pytest.raises(ValueError, match="edit"):
        SpeakerEdit(kind, speaker, value, when)


def test_without_edits_spans_are_as_the_machine_has_them() -> None:
    assert edited(MONO, ()) == MONO
    assert by_hand(MONO, ()) == ()


def test_a_merged_speaker_goes_under_the_other_label_and_is_no_surer() -> None:
    spans = edited(MONO, [merge(THREE, ONE)])
    assert brief(spans) == [(0, 4, ONE), (4, 9, TWO), (9, 12, ONE)]
    assert spans[2].probability == 0.5


def test_merges_follow_each_other() -> None:
    assert merges([merge(THREE, TWO), merge(TWO, ONE)]) == {THREE: ONE, TWO: ONE}
    assert merges([merge(TWO, ONE), merge(ONE, TWO)]) == {ONE: TWO}
    assert merges([name(ONE, TWO)]) == {}


def test_a_passage_is_cut_out_of_what_the_machine_has_there() -> None:
    spans = edited(MONO, [passage(3, 5, "Bob")])
    assert brief(spans) == [(0, 3, ONE), (3, 5, "Bob"), (5, 9, TWO), (9, 12, THREE)]
    assert [span.probability for span in spans] == [0.9, 1.0, 0.8, 0.5]


def test_a_passage_in_the_middle_of_a_span_leaves_both_ends() -> None:
    spans = edited(MONO, [passage(5, 6, ONE)])
    assert brief(spans)[1:4] == [(4, 5, TWO), (5, 6, ONE), (6, 9, TWO)]


def test_a_later_passage_goes_before_an_earlier_one() -> None:
    given_away = by_hand(MONO, [passage(1, 6, "Bob"), passage(2, 3, "Cy")])
    assert brief(given_away) == [(1, 2, "Bob"), (2, 3, "Cy"), (3, 6, "Bob")]


def test_whoever_was_given_a_passage_can_be_merged() -> None:
    spans = edited(MONO, [passage(3, 5, "Bob"), merge("Bob", ONE)])
    assert brief(spans)[:2] == [(0, 3, ONE), (3, 5, ONE)]


def test_a_passage_where_no_span_is_is_given_all_the_same() -> None:
    assert brief(edited((), [passage(3, 5, "Bob")])) == [(3, 5, "Bob")]


@pytest.mark.parametrize(
    ("speaker", "when", "channel"),
    [
        pytest.param("Bob", Span(3, 8), 1, id="where most is said"),
        pytest.param("Bob", Span(0, 3.5), 0, id="the other one"),
        pytest.param(TWO, Span(3, 8), 0, id="not the speaker's own"),
        pytest.param(ONE, Span(0, 2), None, id="nobody else speaks"),
        pytest.param("Bob", Span(12, 14), None, id="nobody speaks"),
    ],
)
def test_a_passage_is_of_the_channel_in_which_others_speak_most(
    speaker: str, when: Span, channel: int | None
) -> None:
    assert channel_meant(STEREO, speaker, when) == channel
    (given_away,) = by_hand(STEREO, [SpeakerEdit(EditKind.PASSAGE, speaker, passage=when)])
    assert given_away.channel == channel


def test_a_passage_in_one_channel_leaves_what_is_said_in_the_other() -> None:
    spans = edited(STEREO, [passage(3, 8, "Bob")])
    assert brief(spans) == [(0, 4, ONE), (3, 8, "Bob"), (8, 9, TWO), (10, 12, ONE)]


def test_the_last_name_is_shown() -> None:
    edits = [name(ONE, "Ann"), name(ONE, "Ann Lee"), role(TWO, Role.OTHER)]
    assert cast(MONO, edits) == {ONE: "Ann Lee", TWO: TWO, THREE: THREE}


def test_whoever_is_merged_is_not_in_the_cast() -> None:
    assert cast(MONO, [merge(ONE, TWO)]) == {TWO: TWO, THREE: THREE}


def test_no_two_are_shown_under_one_name() -> None:
    assert shown_names(["Ann", TWO], [name(TWO, "ann")]) == {"Ann": "Ann (2)", TWO: "ann"}


def test_the_last_role_counts() -> None:
    edits = [role(ONE, Role.OTHER), role(ONE, Role.INTERVIEWER)]
    assert roles(edits) == {ONE: Role.INTERVIEWER}


def test_what_was_said_of_a_channel_follows_it_to_its_new_name() -> None:
    now = tuple(
        SpeakerSpan(s.start, s.end, {ONE: "Ann", TWO: ONE}[s.speaker], s.channel) for s in STEREO
    )
    labels = relabelled(STEREO, now)
    assert labels == {ONE: "Ann", TWO: ONE}
    edits = [name(ONE, "Ann Lee"), merge(TWO, ONE), passage(1, 2, "Bob"), name(TWO, ONE)]
    assert under_labels(edits, labels) == [
        name("Ann", "Ann Lee"),
        merge(ONE, "Ann"),
        passage(1, 2, "Bob"),
        name(ONE, ONE),
    ]


def test_voices_that_are_told_apart_in_one_channel_are_not_renamed_by_it() -> None:
    assert relabelled(MONO, (SpeakerSpan(0, 4, "Ann"),)) == {}


# Turns


def heard(text: str, start: float, channel: int | None = None) -> Segment:
    said = words(text, start, 0.5)
    return Segment(start, said[-1].end, said, channel)


def spoken(turns: tuple[Turn, ...]) -> list[tuple[str | None, str]]:
    return [(turn.speaker, turn.text) for turn in turns]


CALL = (heard("How is it going?", 1.0), heard("Well, thank you.", 4.5), heard("Good.", 9.5))


def test_turns_are_under_the_names_that_are_shown() -> None:
    turns = turns_by_hand(CALL, MONO, [name(ONE, "Ann"), merge(THREE, ONE)])
    assert spoken(turns) == [
        ("Ann", "How is it going?"),
        (TWO, "Well, thank you."),
        ("Ann", "Good."),
    ]


def test_a_passage_takes_its_words_and_no_other() -> None:
    turns = turns_by_hand(CALL, MONO, [passage(5.0, 6.0, "Bob")])
    assert spoken(turns)[1:] == [
        (TWO, "Well,"),
        ("Bob", "thank you."),
        (THREE, "Good."),
    ]


def test_a_passage_in_a_call_with_a_channel_each_leaves_the_other_channel_alone() -> None:
    segments = [heard("I pay Acme too much", 4.0, 1), heard("Mm-hm.", 5.0, 0)]
    turns = turns_by_hand(segments, STEREO, [passage(4.9, 6.6, "Bob")])
    assert set(spoken(turns)) == {(TWO, "I pay"), ("Bob", "Acme too much"), (ONE, "Mm-hm.")}


def test_where_nobody_is_told_apart_a_passage_is_somebodys_and_the_rest_is_nobodys() -> None:
    turns = turns_by_hand(CALL, (), [passage(4, 6.5, "Bob")])
    assert spoken(turns) == [
        (None, "How is it going?"),
        ("Bob", "Well, thank you."),
        (None, "Good."),
    ]


LABELS = (ONE, TWO, THREE, "Bob")
TIMES = st.integers(0, 24).map(lambda half: half / 2)


def some_edits() -> st.SearchStrategy[list[SpeakerEdit]]:
    label = st.sampled_from(LABELS)
    spans = st.tuples(TIMES, TIMES).filter(lambda ends: ends[0] < ends[1])
    return st.lists(
        st.one_of(
            st.builds(name, label, st.sampled_from(["Ann", "Ben", "Cy"])),
            st.builds(merge, label, label),
            st.builds(lambda ends, who: passage(ends[0], ends[1], who), spans, label),
            st.builds(role, label, st.sampled_from(Role)),
        ),
        max_size=6,
    )


def some_spans() -> st.SearchStrategy[tuple[SpeakerSpan, ...]]:
    channels = st.sampled_from([None, 0, 1])
    made = st.builds(
        lambda start, length, who, channel: SpeakerSpan(start, start + length, who, channel),
        *(TIMES, st.floats(0.1, 5), st.sampled_from(LABELS[:3]), channels),
    )
    return st.lists(made, max_size=8).map(lambda all_: tuple(sorted(all_, key=lambda s: s.start)))


STREAM = tuple(
    heard(" ".join(f"w{start}-{n}" for n in range(6)), float(start), channel)
    for start in (0, 3, 6, 9)
    for channel in (0, 1)
)


@given(some_spans(), some_edits())
def test_no_edit_loses_a_word_or_puts_one_out_of_order(
    spans: tuple[SpeakerSpan, ...], edits: list[SpeakerEdit]
) -> None:
    turns = turns_by_hand(STREAM, spans, edits)
    said = Counter((word.text, word.start) for turn in turns for word in turn.words)
    assert said == Counter((word.text, word.start) for each in STREAM for word in each.words)
    for speaker in {turn.speaker for turn in turns}:
        own = [word.start for turn in turns if turn.speaker == speaker for word in turn.words]
        assert own == sorted(own)


@given(some_spans(), some_edits())
def test_passages_by_hand_never_overlap_in_a_channel_and_stay_whole_in_the_spans(
    spans: tuple[SpeakerSpan, ...], edits: list[SpeakerEdit]
) -> None:
    given_away = by_hand(spans, edits)
    for place, one in enumerate(given_away):
        assert all(
            one.overlap(other) == 0
            for other in given_away[place + 1 :]
            if None in (one.channel, other.channel) or one.channel == other.channel
        )
    assert set(given_away) <= set(edited(spans, edits))


@given(some_spans(), some_edits())
def test_every_word_of_the_last_passage_is_its_speakers(
    spans: tuple[SpeakerSpan, ...], edits: list[SpeakerEdit]
) -> None:
    edits = [*edits, passage(3, 6.5, "Dee")]
    (mine, *_) = [span for span in by_hand(spans, edits) if span.speaker == "Dee"]
    for turn in turns_by_hand(STREAM, spans, edits):
        for word in turn.words:
            inside = 3 <= word.middle <= 6.5
            if turn.speaker == "Dee":
                assert inside
            elif mine.channel is None:
                assert not inside


@given(some_spans(), some_edits())
def test_no_two_speakers_share_a_name(
    spans: tuple[SpeakerSpan, ...], edits: list[SpeakerEdit]
) -> None:
    shown = cast(spans, edits)
    assert len({each.casefold() for each in shown.values()}) == len(shown)
    spoken_by = {turn.speaker for turn in turns_by_hand(STREAM, spans, edits)} - {None}
    assert spoken_by <= set(shown.values())


def test_who_was_merged_is_one_group_whoever_is_asked_for() -> None:
    edits = [
        SpeakerEdit(EditKind.MERGE, "C", "B", None, 1),
        SpeakerEdit(EditKind.MERGE, "B", "A", None, 2),
        SpeakerEdit(EditKind.MERGE, "E", "D", None, 3),
    ]
    assert [group(each, edits) for each in "ABC"] == [{"A", "B", "C"}] * 3
    assert [group(each, edits) for each in "DF"] == [{"D", "E"}, {"F"}]


def test_of_who_is_told_no_more_the_spans_are_remembered_if_something_is_known() -> None:
    a, b, c = (SpeakerSpan(at, at + 1, label) for at, label in enumerate("ABC"))
    assert remembered([a, b, c], [a], {"A", "B"}) == (b,)
