"""What is put right while it is read: kept at once with the turns, and taken back."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline import following
from pipeline.correcting import scene
from pipeline.errors import Changed, Held, NotFound, UsageError
from pipeline.following import (
    Seen,
    Undo,
    catch_up,
    make_up,
    replace_everywhere,
    retype,
    undo_of_words,
    undo_words,
)
from pipeline.highlighting import Which, highlighted, marked
from pipeline.highlights import Highlight
from pipeline.library import Library
from pipeline.library.holding import held_now
from pipeline.meaning.passages import Meaning, Passage
from pipeline.retyping import owned
from pipeline.rewording import recordings_saying
from pipeline.speakers import turns_by_hand
from pipeline.transcript import (
    Annotation,
    Answer,
    Entity,
    Keyphrase,
    Mention,
    Question,
    Segment,
    SpeakerSpan,
    Speech,
    Turn,
)
from tests.libraries import MADE, check_index, recording
from tests.retyping import CHANNELS, SAID
from tests.values import words

if TYPE_CHECKING:
    from pipeline.recording import Recording

CALL = recording(duration=60.0, project="acme")
LAST = "Because we pay acne too much."


@pytest.fixture
def full(library: Library) -> Library:
    """Return a library of a call of two people in a channel each, with what is found in it."""
    put(library, CALL)
    return library


def put(library: Library, kept: Recording) -> None:
    library.put(kept)
    segments, spans = [], []
    for speaker, text, start in SAID:
        own = words(text, start, 0.35)
        segments.append(Segment(own[0].start, own[-1].end, own, CHANNELS[speaker]))
        spans.append(SpeakerSpan(own[0].start, own[-1].end, speaker, CHANNELS[speaker]))
    library.store_speech(kept.id, Speech("en", tuple(segments)), MADE)
    library.store_speakers(kept.id, spans, (), MADE)
    library.store_turns(kept.id, turns_by_hand(segments, spans, ()), MADE)
    library.store_annotation(kept.id, found_in(library, kept), MADE)
    places = (Passage(1, 0, 20), Passage(1, 21, 40), Passage(4, 0, len(LAST)))
    library.store_meaning(kept.id, Meaning("00cc", b"abc", places, b"aabbcc"), MADE)


def found_in(library: Library, kept: Recording) -> Annotation:
    """Return two names, a phrase and two questions, the last one with an answer."""
    turns = library.turns(kept.id)

    def at(turn: int, text: str) -> Mention:
        start = turns[turn].text.index(text)
        span = turns[turn].span_of(start, start + len(text))
        return Mention(span.start, span.end, turn, start, start + len(text))

    return Annotation(
        (Entity("acne", "ORG", at(1, "acne")), Entity("month", "DATE", at(1, "month"))),
        (Keyphrase("acne", 1.0, (at(1, "acne"), at(4, "acne"))),),
        (
            Question(at(0, "So how do you like it?"), open=True),
            Question(at(3, "Why is it so?"), open=True, answer=Answer(12.6, 14.7, 4, 4)),
        ),
    )


def texts(library: Library) -> list[str]:
    return [turn.text for turn in library.turns(CALL.id)]


def names(library: Library) -> list[str | None]:
    return [turn.speaker for turn in library.turns(CALL.id)]


def assert_as_made_anew(library: Library) -> None:
    """Check that the turns that are kept are those that all that is kept comes to."""
    standing = scene(CALL, library)
    turns = turns_by_hand(standing.segments, standing.spans, standing.edits)
    assert owned(turns) == owned(library.turns(CALL.id))
    assert [turn.text for turn in turns] == texts(library)
    check_index(library.folder)


def cited(library: Library) -> list[str]:
    """Return what the transcript says at each place at which something was found."""
    said, found = texts(library), library.annotation(CALL.id)
    places = [each.mention for each in found.entities]
    places += [each.mention for each in found.questions]
    places += [mention for phrase in found.keyphrases for mention in phrase.mentions]
    return [said[each.turn][each.start_char : each.end_char] for each in places]


# Words


def test_a_turn_is_typed_anew_and_kept_at_once(full: Library) -> None:
    before = texts(full)
    done = retype(full, CALL, Seen(4, LAST), "Because we pay Acme far too much.")
    assert done.said == "Saved at 00:12: Because we pay Acme far too much."
    (made_at,) = {each.made_at for each in full.corrections(CALL.id)}
    assert done.undo == Undo("words", 1, CALL.id, made_at=made_at)
    assert texts(full) == [*before[:4], "Because we pay Acme far too much."]
    assert [each.after for each in full.corrections(CALL.id)] == ["Acme far"]
    assert_as_made_anew(full)


def test_what_was_found_stays_where_its_words_do_and_is_to_be_looked_for(full: Library) -> None:
    turn = texts(full)[1]
    retype(full, CALL, Seen(1, turn), f"Well, {turn}".replace("acne", "Acme"))
    assert cited(full) == ["month", "So how do you like it?", "Why is it so?", "acne"]
    assert not {"annotate", "embed"} & full.made(CALL.id).keys()
    meaning = full.meaning(CALL.id)
    assert meaning is not None
    said = texts(full)
    assert [said[e.turn][e.start_char : e.end_char] for e in meaning.passages] == [
        "Honestly, we pay Acme",
        "Acme too much. We pay,",
        LAST,
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("six and", "six and"),
        ("six and more", "six and ..."),
        ("six a more", "six a ..."),
        ("sixteen and", "sixteen ..."),
        ("seventeen", "seventee ..."),
    ],
)
def test_a_long_text_is_cut_between_words(
    text: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "SHOWN", 8)
    assert following.short(text) == shown


def test_a_turn_that_goes_takes_along_what_was_found_in_it_and_no_more(full: Library) -> None:
    retype(full, CALL, Seen(3, texts(full)[3]), "")
    assert [turn.speaker for turn in full.turns(CALL.id)] == ["Ben", "Ann", "Ben"]
    assert "Why is it so?" not in cited(full)
    assert "So how do you like it?" in cited(full)
    assert_as_made_anew(full)


def test_turns_after_one_that_goes_keep_what_was_found_in_them(full: Library) -> None:
    retype(full, CALL, Seen(0, texts(full)[0]), "")
    assert cited(full) == ["acne", "month", "Why is it so?", "acne", "acne"]
    (question,) = full.annotation(CALL.id).questions
    assert question.answer is not None
    assert (question.answer.first, question.answer.last) == (3, 3)
    meaning = full.meaning(CALL.id)
    assert meaning is not None
    assert [each.turn for each in meaning.passages] == [0, 0, 3]
    assert (meaning.codes, meaning.vectors) == (b"abc", b"aabbcc")
    assert_as_made_anew(full)


def test_passages_of_a_turn_that_goes_mean_nothing_any_more(full: Library) -> None:
    retype(full, CALL, Seen(4, LAST), "")
    meaning = full.meaning(CALL.id)
    assert meaning is not None
    assert [each.turn for each in meaning.passages] == [1, 1]
    assert (meaning.codes, meaning.vectors) == (b"ab", b"aabb")
    answers = [each.answer for each in full.annotation(CALL.id).questions]
    assert answers == [None, None]


def test_the_same_text_is_no_change(full: Library) -> None:
    done = retype(full, CALL, Seen(4, LAST), f"  {LAST}\n")
    assert (done.said, done.undo) == ("It says that already.", None)
    assert full.corrections(CALL.id) == ()
    assert "annotate" in full.made(CALL.id)


def test_who_saw_a_turn_before_it_was_changed_writes_over_nothing(full: Library) -> None:
    retype(full, CALL, Seen(4, LAST), "Mine.")
    with pytest.raises(Changed, match="yours is not kept yet") as raised:
        retype(full, CALL, Seen(4, LAST), "Theirs.")
    assert raised.value.stands == "Mine."
    assert texts(full)[4] == "Mine."


def test_of_turns_that_say_the_same_the_one_that_was_seen_is_meant(full: Library) -> None:
    """Positions change where a turn before them goes: short answers are often the same."""
    remark = full.turns(CALL.id)[2]
    assert remark.text == "Mm-hm."
    seen = Seen(2, remark.text, remark.start + 1.0)
    with pytest.raises(Changed) as raised:
        retype(full, CALL, seen, "No.")
    assert raised.value.stands == "Mm-hm."
    retype(full, CALL, Seen(2, remark.text, remark.start + 0.0004), "No.")
    assert texts(full)[2] == "No."


def test_of_two_at_once_one_wins_and_the_other_is_told(full: Library) -> None:
    told: list[str] = []

    def type_it(text: str) -> None:
        with Library(full.folder) as own:
            try:
                told.append(retype(own, CALL, Seen(4, LAST), text).said)
            except Changed as error:
                told.append(error.stands)

    threads = [threading.Thread(target=type_it, args=(f"Number {n}.",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stands = texts(full)[4]
    assert sorted(told) == sorted([f"Saved at 00:12: {stands}", stands, stands, stands])
    assert {each.change for each in full.corrections(CALL.id)} == {1}


def test_a_turn_that_there_is_not_is_told_of(full: Library) -> None:
    with pytest.raises(NotFound, match="there is no turn 9 in First call any more"):
        retype(full, CALL, Seen(9, "x"), "y")


def test_nobody_waits_long_for_a_batch_at_work(
    full: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "PATIENCE", 0.01)
    with held_now(full.folder, CALL.id) as is_held:
        assert is_held
        with pytest.raises(Held, match="another relisten is at work on this recording just now"):
            retype(full, CALL, Seen(4, LAST), "Mine.")
    assert texts(full)[4] == LAST


def test_what_breaks_off_after_a_change_is_made_up_for_first(full: Library) -> None:
    retype(full, CALL, Seen(4, LAST), "Because we pay Acme too much.")
    full.set_undone(1, undone=True)
    assert "attribute" not in full.made(CALL.id)
    retype(full, CALL, Seen(4, LAST), "Because we pay.")
    assert texts(full)[4] == "Because we pay."


def test_what_was_broken_off_is_made_up_for_and_told_of(full: Library) -> None:
    assert make_up(full) == ()
    retype(full, CALL, Seen(4, LAST), "Because we pay Acme too much.")
    full.set_undone(1, undone=True)
    with held_now(full.folder, CALL.id):  # another is at it
        assert make_up(full) == ()
    assert make_up(full) == (CALL.id,)
    assert texts(full)[4] == LAST
    full.store_annotation(CALL.id, Annotation(), MADE)
    full.store_meaning(CALL.id, None, MADE)
    assert make_up(full) == ()


def test_a_recording_that_is_not_transcribed_has_nothing_to_catch_up_with(
    library: Library,
) -> None:
    library.put(CALL)
    catch_up(library, CALL)
    assert library.made(CALL.id) == {}


def test_where_turns_are_not_what_they_come_to_now_all_is_worked_out(full: Library) -> None:
    """As after an update of relisten that cuts turns otherwise."""
    stood = list(full.turns(CALL.id))
    stood[3:] = [replace(stood[3], speaker="Ben B."), replace(stood[4], speaker="Ann A.")]
    full.store_turns(CALL.id, stood, MADE)
    with pytest.raises(Changed, match="an older relisten cut this turn otherwise") as raised:
        retype(full, CALL, Seen(4, LAST), "Because we pay Acme too much.")
    assert raised.value.stands == LAST
    assert names(full)[3:] == ["Ben", "Ann"]
    retype(full, CALL, Seen(4, LAST), "Because we pay Acme too much.")
    assert texts(full)[4] == "Because we pay Acme too much."


def test_a_turn_far_from_what_an_older_version_cut_is_typed_without_ado(full: Library) -> None:
    stood = list(full.turns(CALL.id))
    far = Turn.of("Ann", words("an old turn", 50.0))
    full.store_turns(CALL.id, [*stood, far], MADE)
    retype(full, CALL, Seen(4, LAST), "Because we pay Acme too much.")
    assert texts(full)[4:] == ["Because we pay Acme too much.", "an old turn"]


def test_a_guess_of_who_asks_is_not_lost_by_a_word(full: Library) -> None:
    full._database.write("UPDATE talk SET role = 'interviewer', guessed = 1 WHERE speaker = 'Ben'")
    retype(full, CALL, Seen(4, LAST), "Because we pay Acme too much.")
    assert full.roles_of(CALL.id) == {"Ben": ("interviewer", True)}


def test_a_change_is_taken_back_once(full: Library) -> None:
    before = texts(full)
    undo = retype(full, CALL, Seen(4, LAST), "Because we pay Acme far too much.").undo
    assert undo is not None
    assert undo_words(full, undo).said == "Taken back: Acme far is acne again."
    assert texts(full) == before
    assert_as_made_anew(full)
    with pytest.raises(UsageError, match="taken back already"):
        undo_words(full, undo)
    with pytest.raises(NotFound, match="there is no change 7"):
        undo_words(full, Undo("words", 7))


def test_a_correction_that_has_no_place_without_another_is_told_of(full: Library) -> None:
    first = retype(full, CALL, Seen(4, LAST), "Because of zebras and llamas.").undo
    assert first is not None
    retype(full, CALL, Seen(4, "Because of zebras and llamas."), "Because of zebras and yaks.")
    said = undo_words(full, first).said
    assert said.endswith(
        " 1 later correction fits nowhere without it, and can be seen by: relisten correct abababab"
    )
    assert texts(full)[4] == LAST
    assert full.made(CALL.id)["attribute"].notes
    assert_as_made_anew(full)


def test_a_correction_that_keeps_its_place_is_not_told_of(full: Library) -> None:
    first = retype(full, CALL, Seen(4, LAST), LAST.replace("acne", "Acme")).undo
    assert first is not None
    retype(full, CALL, Seen(1, texts(full)[1]), "Honestly.")
    assert undo_words(full, first).said == "Taken back: Acme is acne again."


@pytest.mark.parametrize(
    "other", [Undo("words", 1, "cd" * 32), Undo("words", 1, made_at="2026-09-01T10:00:00")]
)
def test_a_change_that_has_another_ones_number_is_not_taken_back(
    full: Library, other: Undo
) -> None:
    """Numbers are given again once the recording of the last change is forgotten."""
    retype(full, CALL, Seen(4, LAST), "Because we pay Acme too much.")
    with pytest.raises((NotFound, UsageError)):
        undo_words(full, other)
    assert texts(full)[4] == "Because we pay Acme too much."


def test_words_are_replaced_everywhere_and_back(full: Library) -> None:
    other = recording("cd" * 32, title="Second call", duration=60.0)
    put(full, other)
    meant = recordings_saying(full, "acne")
    found, change = replace_everywhere(full, meant, "acne", "Acme")
    assert change == 1
    assert [(r.title, len(made)) for r, made in found] == [("First call", 2), ("Second call", 2)]
    assert "acne" not in " ".join(texts(full))
    assert_as_made_anew(full)
    undo = undo_of_words(full, 1)
    assert undo.recording is None
    assert undo_words(full, undo).said == "Taken back: Acme is acne again, and 3 more."
    assert "Acme" not in " ".join(texts(full))
    assert replace_everywhere(full, meant, "nothing", "x") == ([], None)


@pytest.mark.parametrize(
    ("asked", "count"),
    [({}, 2), ({"project": "acme"}, 1), ({"recording": "second call"}, 1)],
)
def test_where_to_replace_is_one_recording_a_project_or_all(
    full: Library, asked: dict[str, str], count: int
) -> None:
    put(full, recording("cd" * 32, title="Second call", project=None))
    assert len(recordings_saying(full, "acne", **asked)) == count
    assert recordings_saying(full, "nobody") == []


def test_what_was_found_stays_where_turns_begin_together_in_any_order(full: Library) -> None:
    long, short = Turn.of("Ann", words("acne it is", 1.0)), Turn.of("Ben", words("acne", 1.0))
    last = Turn.of("Ann", words("so long", 9.0))
    full.store_turns(CALL.id, [long, short, last], MADE)
    found = Entity("acne it is", "ORG", Mention(1.0, 4.0, 0, 0, 10))
    full.store_annotation(CALL.id, Annotation((found,)), MADE)
    now = Turn.of("Ann", words("so what", 9.0))
    full.store_turns_again(CALL.id, [long, short, now], MADE)
    assert cited(full) == ["acne it is"]


def test_highlights_stay_at_their_time(full: Library) -> None:
    marked(full, CALL, Highlight(12.6, 14.7, 0, ""))
    retype(full, CALL, Seen(4, LAST), "Because we pay Acme too much.")
    (found,) = highlighted(full, Which())
    assert (found.highlight.text, found.text) == (LAST, "Because we pay Acme too much.")
