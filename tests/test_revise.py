"""One passage recognised anew: its words are new, every other one is as it was."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import revise as plot
from pipeline.errors import AudioError, UsageError
from pipeline.hearing.voice import Voice
from pipeline.library import STAGES, Library
from pipeline.process import Request, process
from pipeline.revise import (
    as_before,
    inside,
    is_in,
    language_of,
    left,
    listened_to,
    outside,
    passage_of,
    revise,
    spliced,
    voiced,
)
from pipeline.transcript import Made, Removed, Segment, Span, Speech, Unheard, Word
from tests.fakes import Broken, BrokenRecogniser, FakeEngines, FakeLanguageModel, FakeRecogniser
from tests.libraries import check_index, contents, recording
from tests.sounds import by_turns, columns, silence, write_wav
from tests.values import words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.recording import Recording
    from pipeline.revise import Revised

TEXTS = ("how is it going", "we pay Acme too much")
PEOPLE = Request(channels=("Anna", "Ben"))
SMALL = Request(model="fake-small")


# The passage


@pytest.mark.parametrize(
    ("start", "end", "passage"),
    [
        pytest.param(12.5, 14.0, Span(12.5, 14.0), id="both ends"),
        pytest.param(12.5, None, Span(12.5, 600.0), id="to the end"),
        pytest.param(None, 14.0, Span(0.0, 14.0), id="from the beginning"),
        pytest.param(0.0, 600.9, Span(0.0, 600.0), id="the end as it is shown, and a second"),
    ],
)
def test_a_passage_is_named_by_its_ends(
    start: float | None, end: float | None, passage: Span
) -> None:
    assert passage_of(recording(), start, end) == passage


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (20.0, 10.0, r"00:20 is not before 00:10\. Name a passage as --from 12:30 --to 13:10"),
        (20.0, 20.0, r"00:20 is not before 00:20"),
        (600.0, None, r"First call is 10:00 long: 10:00 is past its end"),
        (700.0, 710.0, r"First call is 10:00 long: 11:40 is past its end"),
        (20.0, 602.0, r"First call is 10:00 long: 10:02 is past its end"),
    ],
)
def test_a_passage_that_cannot_be_is_a_sentence(
    start: float, end: float | None, message: str
) -> None:
    with pytest.raises(UsageError, match=message) as raised:
        passage_of(recording(), start, end)
    assert raised.value.exit_code == 2


# Words


def segment(text: str, start: float, channel: int | None = 0, each: float = 1.0) -> Segment:
    """Return a segment of words of a second each."""
    said = words(text, start, each)
    return Segment(said[0].start, said[-1].end, said, channel, "en", -0.5, 0.25, 0.2)


def texts(segments: Iterator[Segment]) -> list[tuple[float, float, str]]:
    return [(each.start, each.end, each.text) for each in segments]


@pytest.mark.parametrize(
    ("passage", "within", "without"),
    [
        pytest.param((20, 30), [], [(0.0, 4.0, "a b c d")], id="apart"),
        pytest.param((0, 4), [(0.0, 4.0, "a b c d")], [], id="all of it"),
        pytest.param((0, 2), [(0.0, 2.0, "a b")], [(2.0, 4.0, "c d")], id="its beginning"),
        pytest.param((2, 9), [(2.0, 4.0, "c d")], [(0.0, 2.0, "a b")], id="its end"),
        pytest.param(
            (1, 3), [(1.0, 3.0, "b c")], [(0.0, 1.0, "a"), (3.0, 4.0, "d")], id="its middle"
        ),
        pytest.param(
            (1.4, 2.6), [(1.0, 3.0, "b c")], [(0.0, 1.0, "a"), (3.0, 4.0, "d")], id="by middles"
        ),
        pytest.param((1.6, 2.4), [], [(0.0, 4.0, "a b c d")], id="between two middles"),
    ],
)
def test_a_segment_is_parted_at_the_edges_of_a_passage(
    passage: tuple[float, float],
    within: list[tuple[float, float, str]],
    without: list[tuple[float, float, str]],
) -> None:
    whole = segment("a b c d", 0.0)
    assert texts(inside(whole, Span(*passage))) == within
    assert texts(outside(whole, Span(*passage))) == without


def test_a_segment_without_a_word_in_the_passage_is_left_as_it_is() -> None:
    odd = replace(segment("a b", 0.0), start=0.0, end=9.0)
    assert list(outside(odd, Span(20, 30))) == [odd]


def test_parts_keep_the_figures_of_their_segment() -> None:
    (part,) = inside(segment("a b", 0.0, 1), Span(0, 1))
    assert (part.channel, part.language, part.temperature) == (1, "en", 0.2)
    assert (part.average_logprob, part.no_speech_probability) == (-0.5, 0.25)


def test_both_edges_of_a_passage_are_of_it() -> None:
    assert is_in(Word(1, 1, "so"), Span(1, 2))
    assert is_in(Word(2, 2, "so"), Span(1, 2))
    assert not is_in(Word(2, 2.1, "so"), Span(1, 2))


@pytest.mark.parametrize(
    ("said", "sound"),
    [
        pytest.param((), (10, 20), id="silence"),
        pytest.param(((8, 9), (12, 13), (25, 26)), (10, 20), id="words apart from the edges"),
        pytest.param(((9.5, 12),), (9.5, 20), id="one that goes and began before"),
        pytest.param(((9, 10.5),), (10.5, 20), id="one that stays and ends within"),
        pytest.param(((18, 20.5),), (10, 20.5), id="one that goes and ends later"),
        pytest.param(((19.5, 22),), (10, 19.5), id="one that stays and begins within"),
        pytest.param(((5, 16),), (5, 20), id="a long one that goes"),
        pytest.param(((8, 9.9), (5, 16)), (9.9, 20), id="a long one that goes over one that stays"),
    ],
)
def test_the_sound_that_is_heard_again_cuts_no_word_in_two(
    said: tuple[tuple[float, float], ...], sound: tuple[float, float]
) -> None:
    heard = [Word(start, end, "so") for start, end in said]
    assert listened_to(Span(10, 20), heard) == Span(*sound)


def test_a_passage_within_words_that_stay_has_nothing_to_hear() -> None:
    assert listened_to(Span(1.6, 2.4), words("a b c d", each=1.0)) is None


def test_the_edge_of_what_is_said_outside_the_passage_is_not_listened_to() -> None:
    said = (Span(1, 4), Span(6, 8))
    voice = Voice(0, said, said, regions=(Span(0.7, 4.3), Span(5.7, 8.3)))
    assert voiced(voice, Span(4.1, 7)).regions == (Span(5.7, 7),)
    assert voiced(voice, Span(4.1, 7)).utterances == (Span(6, 7),)
    assert voiced(voice, Span(4.1, 5.9)).regions == ()


@pytest.mark.parametrize(
    ("stretch", "parts"),
    [
        pytest.param((0, 9), [(0, 9)], id="before"),
        pytest.param((0, 10), [(0, 10)], id="up to it"),
        pytest.param((12, 14), [], id="within"),
        pytest.param((5, 15), [(5, 10)], id="over its beginning"),
        pytest.param((15, 25), [(20, 25)], id="over its end"),
        pytest.param((5, 25), [(5, 10), (20, 25)], id="all round"),
        pytest.param((9.6, 20.4), [], id="all but slivers"),
    ],
)
def test_what_is_left_of_a_stretch_without_words(
    stretch: tuple[float, float], parts: list[tuple[float, float]]
) -> None:
    unheard = Unheard(*stretch, 1)
    assert list(left(unheard, Span(10, 20))) == [Unheard(*part, 1) for part in parts]


@pytest.mark.parametrize(
    ("languages", "language"),
    [([], None), (["de"], "de"), (["de", "de"], "de"), (["de", "en"], None), ([None], None)],
)
def test_a_passage_is_heard_in_its_language_if_it_has_one(
    languages: list[str | None], language: str | None
) -> None:
    segments = [replace(segment("so", 0.0), language=each) for each in languages]
    assert language_of(segments) == language


@pytest.mark.parametrize(
    ("asked", "options", "translated"),
    [
        (None, (), False),
        (None, (("translate", "yes"),), True),
        (True, (), True),
        (False, (("translate", "yes"),), False),
    ],
)
def test_a_passage_is_translated_if_the_whole_was_unless_it_is_asked_otherwise(
    asked: bool | None, options: tuple[tuple[str, str], ...], translated: bool
) -> None:
    whole = Made("fake-whisper", "1", options=options)
    assert as_before(Request(translate=asked), (), whole).translate is translated


def test_the_language_of_what_was_translated_is_detected_again() -> None:
    whole = Made("x", "1", options=(("translate", "yes"),))
    stood = (segment("hello", 0.0),)
    assert as_before(Request(), stood, whole).language is None


def test_the_language_that_was_asked_for_the_whole_is_kept_unless_the_words_tell_another() -> None:
    asked = (("language", "de"), ("language_asked", "yes"))
    stood = (segment("hello", 0.0),)
    translated = Made("x", "1", options=(*asked, ("translate", "yes")))
    assert as_before(Request(), stood, translated).language == "de"
    assert as_before(Request(), stood, Made("x", "1", options=asked)).language == "en"
    assert as_before(Request(), (), Made("x", "1", options=asked)).language == "de"


def test_a_language_that_is_asked_for_goes_before_the_one_that_stood_there() -> None:
    whole, stood = Made("fake-whisper", "1"), (segment("so", 0.0),)
    assert as_before(Request(), stood, whole).language == "en"
    assert as_before(Request(language="de"), stood, whole).language == "de"


def test_a_passage_is_put_in_its_place_with_all_that_is_known_of_it() -> None:
    before = Speech(
        "en",
        (segment("a b c d", 0.0), segment("x y", 2.5, 1)),
        (Removed(0.0, 0.5, "You.", "why"), Removed(2.0, 2.5, "You.", "why")),
        (Unheard(5.0, 9.0),),
    )
    removed, unheard = Removed(2.1, 2.4, "Bye.", "why"), Unheard(3.0, 3.5)
    heard = Speech("de", (segment("new", 2.2),), (removed,), (unheard,))
    now = spliced(before, Span(2.0, 6.0), heard)
    assert now.language == "en"
    assert [each.text for each in now.segments] == ["a b", "new"]
    assert now.removed == (before.removed[0], removed)
    assert now.unheard == (unheard, Unheard(6.0, 9.0))


def test_where_nobody_spoke_the_passage_tells_the_language() -> None:
    heard = Speech("de", (segment("so", 1.0),))
    assert spliced(Speech(None, ()), Span(0, 2), heard).language == "de"


TIMES = st.integers(0, 40_000).map(lambda count: count / 1000)


@st.composite
def speeches(draw: st.DrawFn) -> Speech:
    """Make speech in two channels and a mix, its words in any order and over each other."""
    spans = st.tuples(TIMES, st.sampled_from([0.0, 0.2, 0.9, 6.0]))
    word = st.builds(
        lambda span, text: Word(span[0], round(sum(span), 3), text), spans, st.sampled_from("abc")
    )
    said = st.lists(word, min_size=1, max_size=8).map(tuple)
    pieces = draw(st.lists(st.tuples(said, st.sampled_from([None, 0, 1])), max_size=6))
    segments = [
        Segment(each[0].start, max(word.end for word in each), each, channel)
        for each, channel in pieces
    ]
    return Speech("en", tuple(sorted(segments, key=lambda segment: segment.start)))


passages = st.tuples(TIMES, TIMES).map(lambda times: Span(*sorted(times)))


def spoken(segments: tuple[Segment, ...] | list[Segment]) -> Counter[tuple[int | None, Word]]:
    """Return every word with its channel, counted."""
    return Counter((each.channel, word) for each in segments for word in each.words)


@given(speeches(), passages, speeches())
def test_words_outside_the_passage_are_untouched_and_none_is_lost(
    before: Speech, passage: Span, heard: Speech
) -> None:
    now = spliced(before, passage, heard)
    stood = [part for each in before.segments for part in inside(each, passage)]
    assert all(is_in(word, passage) for _, word in spoken(stood))
    stays = spoken(now.segments) - spoken(heard.segments)
    assert not any(is_in(word, passage) for _, word in stays)
    assert stays + spoken(stood) == spoken(before.segments)
    assert spoken(now.segments) == stays + spoken(heard.segments)


@given(speeches(), passages, speeches())
def test_segments_stay_in_the_order_of_their_starts(
    before: Speech, passage: Span, heard: Speech
) -> None:
    starts = [each.start for each in spliced(before, passage, heard).segments]
    assert starts == sorted(starts)


@given(speeches(), passages)
def test_sound_that_is_heard_again_holds_no_word_that_stays(before: Speech, passage: Span) -> None:
    said = [word for each in before.segments for word in each.words]
    sound = listened_to(passage, said)
    stay = [word for word in said if not is_in(word, passage) and word.duration]
    assert sound is None or not any(word.overlap(sound) for word in stay)


# The whole


@pytest.fixture
def call(tmp_path: Path) -> Path:
    """Two people who speak by turns of 2 s, each on a channel: 0-2 and 4-6, 2-4 and 6-8 s."""
    return write_wav(tmp_path / "call.wav", columns(*by_turns(8)))


@pytest.fixture
def known(call: Path, library: Library) -> Recording:
    """The call, through all stages."""
    return process(call, library, engines(), PEOPLE).recording


def engines(**fields: Any) -> FakeEngines:
    """Return engines that work, but for those named."""
    named: dict[str, Any] = {
        "recogniser_": FakeRecogniser(TEXTS),
        "readers": {"en": FakeLanguageModel({"Acme": "ORG"}, ("too much",))},
    }
    return FakeEngines(**{**named, **fields})


def small(*said: str, **fields: Any) -> FakeEngines:
    """Return engines with another recogniser, which says what is given window after window."""
    return engines(recogniser_=FakeRecogniser(said, name="fake-small", **fields))


def again(
    library: Library, known: Recording, used: FakeEngines, start: float, end: float
) -> Revised:
    return revise(known, Span(start, end), library, used, SMALL)


def shown(library: Library, known: Recording) -> list[tuple[str | None, str]]:
    return [(turn.speaker, turn.text) for turn in library.turns(known.id)]


BEFORE = [("Anna", "how is"), ("Ben", "we pay Acme"), ("Anna", "it going"), ("Ben", "too much")]


def test_a_passage_has_new_words_and_the_rest_its_old_ones(
    library: Library, known: Recording
) -> None:
    assert shown(library, known) == BEFORE
    old = spoken(library.segments(known.id))
    revised = again(library, known, small("we owe Acme"), 2.0, 4.0)
    assert shown(library, known) == [BEFORE[0], ("Ben", "we owe Acme"), *BEFORE[2:]]
    assert [each.text for each in revised.before] == ["we pay Acme"]
    assert [each.text for each in revised.heard] == ["we owe Acme"]
    now = spoken(library.segments(known.id))
    assert old - now == spoken(revised.before)
    assert [word.text for _, word in now - old] == ["we", "owe", "Acme"]


def test_a_revision_says_what_stood_there_and_what_heard_the_new_words(
    library: Library, known: Recording
) -> None:
    revised = again(library, known, small("we owe Acme"), 2.0, 4.0)
    (revision,) = library.transcript(known.id).revisions
    assert revised.revision == revision
    assert (revision.start, revision.end, revision.number) == (2.0, 4.0, 1)
    assert (revision.made.model, dict(revision.made.options)["channels"]) == ("fake-small", "0,1")
    assert revision.before == revised.before


def test_turns_entities_and_keyphrases_follow_and_speakers_stay(
    library: Library, known: Recording, tmp_path: Path
) -> None:
    spans = library.spans(known.id)
    again(library, known, small("we owe Bolt"), 2.0, 4.0)
    transcript = library.transcript(known.id)
    assert transcript.annotation.entities == ()
    assert (library.spans(known.id), transcript.speakers) == (spans, ("Anna", "Ben"))
    assert tuple(name for name, _ in transcript.made) == STAGES
    assert dict(transcript.made)["transcribe"].model == "fake-base"
    check_index(tmp_path / "library")


def test_only_the_passage_is_listened_to(library: Library, known: Recording) -> None:
    used = small("well")
    again(library, known, used, 2.0, 4.0)
    assert isinstance(used.recogniser_, FakeRecogniser)
    assert len(used.recogniser_.lengths) == 1
    assert 1.0 < used.recogniser_.lengths[0] <= 2.2


def test_a_passage_is_heard_in_all_channels(library: Library, known: Recording) -> None:
    revised = again(library, known, small("yes indeed", "no never"), 1.0, 3.0)
    assert {each.channel for each in revised.heard} == {0, 1}
    assert [speaker for speaker, _ in shown(library, known)][:2] == ["Anna", "Ben"]


def test_a_passage_is_heard_in_the_language_that_stood_there(
    library: Library, known: Recording
) -> None:
    used = small("well", languages_heard=(("ja", 0.9),))
    revised = again(library, known, used, 2.0, 4.0)
    assert {each.language for each in revised.heard} == {"en"}
    asked = replace(SMALL, language="de")
    revised = revise(known, Span(2.0, 4.0), library, used, asked)
    assert {each.language for each in revised.heard} == {"de"}
    assert dict(library.transcript(known.id).languages).keys() == {"en", "de"}


def test_processing_again_keeps_the_revised_words(
    call: Path, library: Library, known: Recording
) -> None:
    again(library, known, small("we owe Acme"), 2.0, 4.0)
    now = shown(library, known)
    for request in (Request(), PEOPLE, Request(model="fake-base")):
        assert process(call, library, engines(), request).ran == ()
    assert shown(library, known) == now
    assert process(call, library, engines(), Request(channels=("Cleo", "Dan"))).ran
    assert [text for _, text in shown(library, known)] == [text for _, text in now]


def test_transcribing_the_whole_anew_replaces_the_words_and_keeps_the_history(
    call: Path, library: Library, known: Recording
) -> None:
    again(library, known, small("we owe Acme"), 2.0, 4.0)
    large = engines(recogniser_=FakeRecogniser(TEXTS, name="fake-large"))
    assert process(call, library, large, Request(model="fake-large")).ran
    assert shown(library, known) == BEFORE
    (revision,) = library.revisions(known.id)
    assert (revision.standing, revision.before[0].text) == (False, "we pay Acme")


def test_a_passage_can_be_revised_again_and_each_time_is_kept(
    library: Library, known: Recording
) -> None:
    again(library, known, small("we owe Acme"), 2.0, 4.0)
    again(library, known, small("we know Acme"), 2.0, 4.0)
    first, second = library.revisions(known.id)
    assert [revision.before[0].text for revision in (first, second)] == [
        "we pay Acme",
        "we owe Acme",
    ]
    assert shown(library, known)[1] == ("Ben", "we know Acme")


def test_where_nothing_is_heard_now_what_stood_there_stays(
    library: Library, known: Recording, tmp_path: Path
) -> None:
    before = contents(tmp_path / "library")
    revised = again(library, known, small(""), 2.0, 4.0)
    assert (revised.revision, revised.heard) == (None, ())
    assert [each.text for each in revised.before] == ["we pay Acme"]
    assert contents(tmp_path / "library") == before


def test_where_nobody_speaks_nothing_changes(tmp_path: Path, library: Library) -> None:
    path = write_wav(tmp_path / "quiet.wav", silence(5))
    known = process(path, library, engines(), PEOPLE).recording
    before = contents(tmp_path / "library")
    revised = again(library, known, small("words of no one"), 1.0, 4.0)
    assert (revised.before, revised.heard, revised.revision) == ((), (), None)
    assert contents(tmp_path / "library") == before


# Trouble


def test_a_recording_whose_file_is_gone_is_a_sentence(
    call: Path, library: Library, known: Recording
) -> None:
    call.unlink()
    with pytest.raises(AudioError, match=r"call\.wav: the recording is not there any more"):
        again(library, known, small("so"), 2.0, 4.0)


def test_a_recording_that_is_not_transcribed_yet_says_how(library: Library, call: Path) -> None:
    broken = engines(recogniser_=BrokenRecogniser(TEXTS))
    with pytest.raises(Broken):
        process(call, library, broken, PEOPLE)
    (entry,) = library.entries()
    with pytest.raises(UsageError, match=r"not transcribed yet.*Run: relisten process .*call\.wav"):
        again(library, entry.recording, small("so"), 2.0, 4.0)


def test_a_model_that_does_not_know_the_language_is_a_sentence(
    library: Library, known: Recording
) -> None:
    german = small("so", languages=frozenset({"de"}))
    with pytest.raises(UsageError, match="fake-small does not know the language 'en'"):
        again(library, known, german, 2.0, 4.0)


def test_what_a_model_cannot_do_is_told_before_anything_is_decoded(
    library: Library, known: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plot, "Listening", None)
    with pytest.raises(UsageError, match="fake-small does not know the language 'xx'"):
        revise(known, Span(2.0, 4.0), library, small("so"), replace(SMALL, language="xx"))
    turbo = engines(recogniser_=FakeRecogniser(("so",), name="turbo"))
    with pytest.raises(UsageError, match="turbo cannot translate"):
        revise(known, Span(2.0, 4.0), library, turbo, Request(model="turbo", translate=True))


def test_a_recogniser_that_breaks_costs_nothing(
    library: Library, known: Recording, tmp_path: Path
) -> None:
    before = contents(tmp_path / "library")
    with pytest.raises(Broken):
        again(library, known, engines(recogniser_=BrokenRecogniser(TEXTS)), 2.0, 4.0)
    assert contents(tmp_path / "library") == before


def test_a_crash_after_the_words_are_stored_is_made_up_for(
    call: Path, library: Library, known: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise Broken("no turns")

    with monkeypatch.context() as patch:
        patch.setattr(plot, "run_stages", crash)
        with pytest.raises(Broken):
            again(library, known, small("we owe Acme"), 2.0, 4.0)
    assert [revision.number for revision in library.revisions(known.id)] == [1]
    assert process(call, library, engines(), Request()).ran == ("attribute", "annotate", "embed")
    assert shown(library, known)[1] == ("Ben", "we owe Acme")


def test_a_crash_while_the_words_are_stored_changes_nothing(
    library: Library, known: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise Broken("killed")

    before = contents(tmp_path / "library")
    with monkeypatch.context() as patch:
        patch.setattr(Library, "_forget", crash)  # the last of what the transaction does
        with pytest.raises(Broken):
            again(library, known, small("we owe Acme"), 2.0, 4.0)
    assert contents(tmp_path / "library") == before
    assert again(library, known, small("we owe Acme"), 2.0, 4.0).revision


def test_how_the_whole_was_made_stays_known(library: Library, known: Recording) -> None:
    before = library.made(known.id)
    again(library, known, small("we owe Acme"), 2.0, 4.0)
    assert library.made(known.id) == before
