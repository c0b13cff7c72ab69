"""The same voice in several recordings: profiles of what is confirmed, and who is suggested."""

from __future__ import annotations

from math import cos, pi, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.people import (
    MARGIN,
    MIN_SECONDS,
    THRESHOLD,
    Recognised,
    Voiceprint,
    forgotten_again,
    profile,
    profiles,
    score,
    suggestion,
    suggestions,
)
from pipeline.transcript import SpeakerSpan


def voice(
    degrees: float, recording: str = "new", *, seconds: float = 20.0, digest: str = "00ff"
) -> Voiceprint:
    """Return a voice as a direction: voices some degrees apart have that cosine."""
    turn = degrees * pi / 180
    return Voiceprint(recording, "Speaker 1", (cos(turn), sin(turn)), seconds, digest)


def confirmed(recording: str, person: str) -> Recognised:
    return Recognised(recording, "Speaker 1", person, confirmed=True)


def refused(recording: str, person: str) -> Recognised:
    return Recognised(recording, "Speaker 1", person, confirmed=False)


ANN, BEN = confirmed("a", "Ann"), confirmed("b", "Ben")
KNOWN = (voice(0, "a"), voice(90, "b"))


def test_a_voiceprint_has_length_1() -> None:
    with pytest.raises(ValueError, match=r"length 1, not 5\.0"):
        Voiceprint("a", "Speaker 1", (3.0, 4.0), 20.0, "00ff")


def test_a_profile_is_the_mean_by_seconds() -> None:
    made = profile("Ann", [voice(0, seconds=30), voice(90, seconds=10)])
    assert made.embedding == pytest.approx((3 / 10**0.5, 1 / 10**0.5))
    assert (made.seconds, made.digest) == (40, "00ff")


def test_voices_that_cancel_out_are_like_nobody() -> None:
    made = profile("Ann", [voice(0), voice(180)])
    assert abs(score(voice(90), made)) <= 1


def test_only_what_is_confirmed_makes_a_profile() -> None:
    voices = [*KNOWN, voice(45, "c")]
    made = profiles(voices, [ANN, refused("c", "Ann")])
    assert [(each.person, each.seconds) for each in made] == [("Ann", 20)]


def test_too_little_speech_is_neither_in_a_profile_nor_told() -> None:
    short = voice(0, "a", seconds=MIN_SECONDS - 0.1)
    assert profiles([short], [ANN]) == ()
    assert suggestion(short, profiles(KNOWN, [ANN])) is None
    assert profiles([voice(0, "a", seconds=MIN_SECONDS)], [ANN])


def test_voices_of_two_models_are_two_profiles_and_not_compared() -> None:
    other = voice(0, "c", digest="11ee")
    made = profiles([*KNOWN, other], [ANN, confirmed("c", "Ann")])
    assert [(each.person, each.digest) for each in made] == [("Ann", "00ff"), ("Ann", "11ee")]
    assert suggestion(voice(0, digest="22dd"), made) is None


def test_who_sounds_alike_is_suggested_with_score_and_margin() -> None:
    (found,) = suggestions([*KNOWN, voice(30, "new")], [ANN, BEN])
    assert (found.recording, found.speaker, found.person) == ("new", "Speaker 1", "Ann")
    assert found.score == pytest.approx(cos(pi / 6))
    assert found.margin == pytest.approx(cos(pi / 6) - cos(pi / 3))


def test_where_one_person_is_known_the_margin_is_to_nobody() -> None:
    (found,) = suggestions([KNOWN[0], voice(30, "new")], [ANN])
    assert found.margin == found.score


@pytest.mark.parametrize(
    ("degrees", "person"),
    [
        pytest.param(0, "Ann", id="the same"),
        pytest.param(38, "Ann", id="nearer to one"),
        pytest.param(43, None, id="between two"),
        pytest.param(52, "Ben", id="nearer to the other"),
        pytest.param(180, None, id="like neither"),
    ],
)
def test_a_voice_between_two_people_is_neither(degrees: float, person: str | None) -> None:
    found = suggestion(voice(degrees), profiles(KNOWN, [ANN, BEN]))
    assert (found.person if found else None) == person


def test_a_voice_that_is_far_from_the_only_one_known_is_nobody() -> None:
    assert suggestion(voice(58), profiles(KNOWN, [ANN])) is None
    assert suggestion(voice(55), profiles(KNOWN, [ANN]))


def test_who_was_refused_is_not_suggested_and_nobody_else_in_their_place() -> None:
    near = voice(20, "new")
    assert suggestions([*KNOWN, near], [ANN, BEN, refused("new", "Ann")]) == ()
    (found,) = suggestions([*KNOWN, near], [ANN, BEN, refused("new", "Ben")])
    assert found.person == "Ann"


def test_who_is_confirmed_is_not_suggested() -> None:
    assert suggestions(KNOWN, [ANN, BEN]) == ()


def test_the_likeliest_is_first() -> None:
    found = suggestions([*KNOWN, voice(30, "c"), voice(85, "d")], [ANN, BEN])
    assert [(each.recording, each.person) for each in found] == [("d", "Ben"), ("c", "Ann")]


def voices() -> st.SearchStrategy[list[Voiceprint]]:
    drawn = st.tuples(st.integers(0, 359), st.sampled_from([4.0, 9.0, 60.0]))
    return st.lists(drawn, max_size=8).map(
        lambda all_: [voice(turn, f"r{n}", seconds=s) for n, (turn, s) in enumerate(all_)]
    )


def decisions() -> st.SearchStrategy[list[Recognised]]:
    places = st.integers(0, 7).map("r{}".format)
    one = st.builds(Recognised, places, st.just("Speaker 1"), st.sampled_from("XYZ"), st.booleans())
    return st.lists(one, max_size=8, unique_by=lambda each: each.recording)


@given(voices(), decisions(), st.integers(0, 7), st.sampled_from("XYZ"))
def test_taking_back_a_confirmation_leaves_profiles_as_they_were(
    known: list[Voiceprint], before: list[Recognised], place: int, person: str
) -> None:
    after = [each for each in [*before, confirmed(f"r{place}", person)] if each in before]
    assert profiles(known, after) == profiles(known, before)
    assert profiles(reversed(known), before) == profiles(known, before)


@given(voices(), decisions())
def test_a_suggestion_is_near_enough_clear_enough_and_of_nobody_decided(
    known: list[Voiceprint], decided: list[Recognised]
) -> None:
    settled = {each.recording for each in decided if each.confirmed}
    for each in suggestions(known, decided):
        assert each.score >= THRESHOLD
        assert each.margin >= MARGIN
        assert each.recording not in settled
        assert Recognised(each.recording, each.speaker, each.person, confirmed=False) not in decided


def span(start: float, end: float, speaker: str) -> SpeakerSpan:
    return SpeakerSpan(start, end, speaker)


BEFORE = (span(0, 10, "A"), span(10, 20, "B"), span(20, 30, "A"))


@pytest.mark.parametrize(
    ("now", "silent"),
    [
        pytest.param(BEFORE, {"A"}, id="as before"),
        pytest.param(
            (span(0, 10, "A"), span(20, 30, "C"), span(10, 20, "B")), {"A", "C"}, id="two"
        ),
        pytest.param((span(0, 10, "C"), span(10, 20, "B")), {"A", "C"}, id="another label"),
        pytest.param((span(0, 12, "B"), span(12, 30, "C")), {"A", "B", "C"}, id="mixed up"),
        pytest.param((span(9, 20, "B"), span(20, 30, "A")), {"A"}, id="a sliver alone"),
        pytest.param((span(8, 20, "B"), span(20, 30, "A")), {"A", "B"}, id="more than a sliver"),
        pytest.param((span(0, 30, "B"),), {"A", "B"}, id="two as one"),
    ],
)
def test_a_forgotten_voice_is_not_kept_under_another_label(
    now: tuple[SpeakerSpan, ...], silent: set[str]
) -> None:
    assert forgotten_again(BEFORE, now, {"A"}) == silent


def test_where_nobody_was_forgotten_every_voice_is_kept() -> None:
    assert forgotten_again(BEFORE, BEFORE, ()) == frozenset()


def test_who_speaks_in_another_channel_at_the_time_is_another_voice() -> None:
    before = [SpeakerSpan(0, 10, "A", 0)]
    now = [SpeakerSpan(0, 10, "B", 1), SpeakerSpan(0, 10, "C", 0), SpeakerSpan(0, 10, "D")]
    assert forgotten_again(before, now, {"A"}) == {"A", "C", "D"}


def spans() -> st.SearchStrategy[list[SpeakerSpan]]:
    drawn = st.tuples(st.integers(0, 40), st.integers(0, 9), st.sampled_from("ABC"))
    return st.lists(drawn, max_size=12).map(
        lambda all_: [span(start, start + length, who) for start, length, who in all_]
    )


@given(spans(), spans())
def test_time_that_is_shared_is_counted_second_by_second(
    before: list[SpeakerSpan], now: list[SpeakerSpan]
) -> None:
    silent = {n for each in before if each.speaker == "A" for n in seconds(each)}
    for label in "BC":
        own = [n for each in now if each.speaker == label for n in seconds(each)]
        shared = [n for n in own if n in silent]
        kept = label not in forgotten_again(before, now, {"A"})
        assert kept == (10 * len(shared) <= len(own))


def seconds(spoken: SpeakerSpan) -> range:
    return range(int(spoken.start), int(spoken.end))
