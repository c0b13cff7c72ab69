"""Heard again without names: what is still heard is hidden, too, and heard once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.redaction import Reference, pattern, reference
from pipeline.audio import Audio
from pipeline.errors import UsageError
from pipeline.library import Library
from pipeline.lines.pseudonyms import checked_lines
from pipeline.listening_copy import write_copies
from pipeline.pseudonyms import HeardName, Kind, Pseudonym
from pipeline.redaction import Redaction, checking, redaction_of
from pipeline.redaction.checking import check
from pipeline.redaction.review import accept, add, meant, reviewed
from pipeline.transcript import Segment
from tests.fakes import FakeEngines
from tests.libraries import MADE, fill, recording
from tests.sounds import speech
from tests.values import turn, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ID = "ab" * 32
SECONDS = 75.0  # of an interview that is made without names
FEWEST = 4  # names that are said there, and heard as they are written
REDACTION = Redaction((Pseudonym("Priya", Kind.PERSON, "P07"),))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", create=True) as opened:
        fill(opened, recording(duration=10.0), turn("So I asked Priya then.", "Ann", 1.0))
        yield opened


@pytest.fixture
def copied(library: Library) -> Library:
    with Audio.from_samples(speech(10)) as audio:
        write_copies(audio, library.copy_path(ID), library.peaks_path(ID))
    library.store_copy(ID, MADE)
    return library


def hears(monkeypatch: pytest.MonkeyPatch, *rounds: str) -> list[int]:
    """Have what is heard in each round be a text, from five seconds on; return their count."""
    heard = []

    def hear(*_: object) -> tuple[Segment, ...]:
        heard.append(1)
        said = words(rounds[min(len(heard), len(rounds)) - 1], 5.0)
        return (Segment(said[0].start, said[-1].end, said),)

    monkeypatch.setattr(checking, "hear", hear)
    return heard


def test_what_is_clean_at_once_is_heard_once(
    copied: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = hears(monkeypatch, "So I asked then.")
    checked = check(copied, recording(duration=10.0), REDACTION, FakeEngines())
    assert (checked.clean, checked.found, len(rounds)) == (True, (), 1)
    (line,) = checked_lines(checked)
    assert line == "First call: no listed name is heard, and none is in its text."


def test_what_is_still_heard_is_kept_and_hidden_from_then_on(
    copied: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = hears(monkeypatch, "ask Priya now", "ask now")
    checked = check(copied, recording(duration=10.0), REDACTION, FakeEngines())
    assert (checked.clean, checked.left, len(rounds)) == (True, (), 2)
    (found,) = copied.heard_names(ID)
    assert (found.name, round(found.start, 2), round(found.end, 2)) == ("Priya", 5.18, 5.72)
    assert "  Priya  abababab@00:05-00:05" in list(checked_lines(checked))


def test_what_is_heard_to_the_end_is_told_with_its_time(
    copied: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = hears(monkeypatch, "ask Priya now")
    checked = check(copied, recording(duration=10.0), REDACTION, FakeEngines())
    assert (checked.clean, len(checked.left), len(rounds)) == (False, 1, checking.ROUNDS)
    assert any("heard even so" in line for line in checked_lines(checked))


def test_without_a_copy_there_is_nothing_to_hear(library: Library) -> None:
    with pytest.raises(UsageError, match="relisten status"):
        check(library, recording(), REDACTION, FakeEngines())


def test_a_sound_is_heard_by_the_engines(copied: Library) -> None:
    with Audio.from_samples(speech(10)) as audio:
        segments = checking.hear(audio, recording(duration=10.0, channels=1), FakeEngines())
    assert segments
    assert list(checking.names_in(segments, REDACTION)) == []


def opening_of(path: Path, target: Path) -> Path:
    """Write the first `SECONDS` of a recording."""
    import soundfile

    rate = soundfile.info(path).samplerate
    samples, _ = soundfile.read(path, frames=round(SECONDS * rate))
    soundfile.write(target, samples, rate)
    return target


def names_until(known: Reference, seconds: float) -> list[str]:
    """Return the names that are said before a time."""
    text = " ".join(said for _, end, said in known.turns if end <= seconds)
    return [name for name in known.names if pattern([name]).search(text)]


@pytest.mark.model
def test_of_an_interview_no_listed_name_is_left_in_text_or_sound(
    speech: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.engines import LocalEngines
    from pipeline.opening import document_of
    from pipeline.process import Request, process

    rounds: list[tuple[Segment, ...]] = []
    heard_by = checking.hear

    def hear(*given: Any) -> tuple[Segment, ...]:
        rounds.append(heard_by(*given))
        return rounds[-1]

    monkeypatch.setattr(checking, "hear", hear)
    engines, known = LocalEngines(model="base"), reference(speech / "interviews", "i02")
    names = names_until(known, SECONDS)
    path = opening_of(speech / "interviews" / "i02_stereo.flac", tmp_path / "i02.flac")
    with Library(tmp_path / "library", create=True) as library:
        kept = process(path, library, engines, Request(project="study")).recording
        accept(library, "study")
        for name in names:
            if meant(reviewed(library, "study"), name) is None:
                add(library, "study", name)
        assert check(library, kept, redaction_of(library, "study"), engines).clean
        redaction, document = redaction_of(library, "study"), document_of(library, kept)
        text = " ".join(each.turn.text for each in redaction.rewritten(document))
    again = " ".join(each.text for each in rounds[-1])
    said = " ".join(each.text for each in document.transcript.turns)
    assert len(pattern(names).findall(said)) >= FEWEST
    assert pattern(names).findall(text) == []
    assert pattern(names).findall(again) == []
    assert len(again.split()) > 150


def test_where_a_name_is_heard_is_shown_as_it_was_found() -> None:
    checked = checking.Checked(recording(), (HeardName(1, 2, "Ann"),), (), ("Bo",), 2)
    lines = list(checked_lines(checked))
    assert lines[1:] == ["  Ann  abababab@00:01-00:02", "First call: left in its text: Bo"]
