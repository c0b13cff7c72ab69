"""search, play, clip and show as they are typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pipeline.library import Library
from pipeline.transcript import Annotation, Answer, Mention, Question
from tests.commands import run
from tests.libraries import MADE, fill, recording
from tests.sounds import tone, write_wav
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Return a library of one call of 20 s whose original is there."""
    folder = tmp_path / "library"
    sound = write_wav(tmp_path / "call.wav", tone(20.0))
    with Library(folder, create=True) as opened:
        facts = {"title": "Acme call", "duration": 20.0, "project": "Acme"}
        size = sound.stat().st_size
        kept = recording("3f2a91c4" * 8, path=sound, size=size, **facts)
        said = (
            turn("What about the price?", "interviewer", 2.0),
            turn("It is too expensive.", "customer", 5.0),
            turn("The price is not fair.", "customer", 8.0),
        )
        fill(opened, kept, *said)
        question = Question(Mention(2.0, 3.2, 0, 0, 21), True, Answer(5.0, 9.5, 1, 2))
        opened.store_annotation(kept.id, Annotation(questions=(question,)), MADE)
    return folder


def test_hits_are_shown_by_recording(library: Path) -> None:
    done = run("--library", library, "search", "expensive")
    assert done.out == (
        "Acme call  2026-09-01  Acme\n"
        "  1  [00:05] customer: It is too **expensive**.\n"
        "Hear one: relisten play 1\n"
    )


def test_questions_come_with_their_answers_and_are_played_with_them(
    library: Path, tmp_path: Path
) -> None:
    done = run("--library", library, "search", "--questions", "price")
    assert "[00:02] interviewer: What about the **price**?" in done.out
    assert "answer [00:05-00:09]: It is too expensive." in done.out
    clip = run("--library", library, "clip", "1", "-o", tmp_path / "c.wav")
    assert (
        "Acme call, interviewer, customer, 7.8 s" in clip.out
    )  # from 2.0 to 9.5, and a little room


def test_fields_are_told_as_they_were_understood(library: Path) -> None:
    done = run("--library", library, "search", "price", "speaker:customer")
    assert "customer" in done.err
    assert "[00:08] customer: The **price** is not fair." in done.out


def test_filters_alone_list_turns(library: Path) -> None:
    done = run("--library", library, "search", "--speaker", "customer", "--json")
    assert [hit["position"] for hit in json.loads(done.out)] == [1, 2]


def test_the_next_page_goes_on_counting(library: Path) -> None:
    first = run("--library", library, "search", "price", "--limit", "1")
    assert "1-1 of 2. The next: --page 2" in first.out
    second = run("--library", library, "search", "price", "--limit", "1", "--page", "2")
    assert "\n  2  [00:" in second.out


def test_what_is_said_around_a_hit_is_shown(library: Path) -> None:
    run("--library", library, "search", "expensive")
    done = run("--library", library, "show", "1", "--context", "1")
    assert "> [00:05] customer: It is too **expensive.**" in done.out
    assert "  [00:08] customer: The price is not fair." in done.out
    shown = json.loads(run("--library", library, "show", "1", "--context", "0", "--json").out)
    assert (len(shown["turns"]), shown["own"]) == (1, [0])


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (
            "Acme call@0:05-0:07.5",
            "00:04.8-00:07.5 of Acme call, customer, 2.6 s",
        ),  # to where somebody else begins
        (
            "3f2a@5-30",
            "00:04.8-00:20 of Acme call, customer, 15.1 s",
        ),  # with a little room before the first word
        ("3f2a@0:05", "00:04-00:20 of Acme call, customer, 16.0 s"),
    ],
)
def test_a_passage_is_cut_as_it_is_asked_for(
    library: Path, tmp_path: Path, what: str, told: str
) -> None:
    done = run("--library", library, "clip", what, "-o", tmp_path / "clip.wav")
    assert done.out == f"{tmp_path / 'clip.wav'}: {told}, cut between words\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("clip", "3f2a@0:07-0:05", "-o", "x.wav"), "a passage ends after it begins"),
        (("clip", "3f2a@1:00-1:05", "-o", "x.wav"), "the recording ends at 00:20"),
        (("clip", "9", "-o", "x.wav"), "the last search listed no hit 9"),
        (("show", "9"), "the last search listed no hit 9"),
        (("search",), "there is no word to look for"),
        (("search", "x", "--like", "y", "--words"), "Choose one."),
        (("search", "price", "--page", "9"), "there is no page 9: 2 hits fill 1."),
        (("search", "price", "is:nice"), "is:"),
        (("search", "price", "--role", "boss"), "'boss' is no role."),
    ],
)
def test_a_mistake_is_one_sentence(
    library: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    done = run("--library", library, *arguments)
    assert sentence in done.err
    assert "Traceback" not in done.err
