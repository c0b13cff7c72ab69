"""What was found in turns is looked for again, and kept only if they are still the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from models import engines as of_this_machine
from pipeline import looking_again
from pipeline.errors import Held
from pipeline.following import Seen, retype
from pipeline.library.holding import held_now
from pipeline.looking_again import HELD, look_again, main
from tests.fakes import FakeEngines, FakeLanguageModel, FakeSentences
from tests.libraries import MADE, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from models.findings import Findings, Spelling
    from pipeline.library import Library

CALL = recording()


@dataclass
class Interrupted(FakeLanguageModel):
    """A model of language that takes its time: something happens while it reads."""

    meanwhile: Callable[[], None] = field(default=lambda: None)

    def read(self, texts: Sequence[str], known: Sequence[Spelling] = ()) -> Findings:
        """Do what happens meanwhile, then read."""
        self.meanwhile()
        return super().read(texts, known)


@pytest.fixture
def full(library: Library) -> Library:
    """Return a library of a call that is to be read."""
    fill(library, CALL, turn("we pay Acme far too much for what it is", None, 1.0))
    return library


def reading(model: FakeLanguageModel) -> FakeEngines:
    return FakeEngines(readers={"en": model}, sentences=FakeSentences())


def names(library: Library) -> list[str]:
    return [each.text for each in library.annotation(CALL.id).entities]


def test_what_turns_lack_is_found_and_kept(full: Library) -> None:
    assert look_again(full, CALL, reading(FakeLanguageModel({"Acme": "ORG"})))
    assert names(full) == ["Acme"]
    assert full.meaning(CALL.id) is not None
    assert full.made(CALL.id).keys() >= {"annotate", "embed"}


def test_what_is_there_already_is_not_looked_for(full: Library) -> None:
    model = FakeLanguageModel({"Acme": "ORG"})
    for _ in range(2):
        assert look_again(full, CALL, reading(model))
    assert model.calls == 1


def test_what_was_found_in_turns_that_changed_meanwhile_is_not_kept(full: Library) -> None:
    text = full.turns(CALL.id)[0].text

    def change() -> None:
        retype(full, CALL, Seen(0, text), "we pay nobody")

    model = Interrupted({"Acme": "ORG"}, meanwhile=change)
    assert not look_again(full, CALL, reading(model))
    assert names(full) == []
    assert "annotate" not in full.made(CALL.id)


def test_nobody_is_kept_waiting_while_it_reads(full: Library) -> None:
    held: list[bool] = []

    def look() -> None:
        with held_now(full.folder, CALL.id) as is_held:
            held.append(is_held)

    assert look_again(full, CALL, reading(Interrupted({}, meanwhile=look)))
    assert held == [True]


def test_without_a_model_for_its_language_what_was_found_stays(full: Library) -> None:
    assert look_again(full, CALL, reading(FakeLanguageModel({"Acme": "ORG"})))
    retype(full, CALL, Seen(0, full.turns(CALL.id)[0].text), "today we pay Acme far too much")
    assert look_again(full, CALL, FakeEngines())
    assert names(full) == ["Acme"]


def test_what_has_no_turns_is_left_alone(library: Library) -> None:
    library.put(CALL)
    assert not look_again(library, CALL, FakeEngines())
    assert library.made(CALL.id) == {}


def test_a_recording_that_another_holds_is_left_for_later(
    full: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking_again, "PATIENCE", 0.01)
    with held_now(full.folder, CALL.id), pytest.raises(Held):
        look_again(full, CALL, reading(FakeLanguageModel()))


def test_as_a_process_it_reads_one_recording_of_a_library(
    full: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    nice: list[int] = []
    model = FakeLanguageModel({"Acme": "ORG"})
    monkeypatch.setattr(of_this_machine, "LocalEngines", lambda: reading(model))
    monkeypatch.setattr("os.nice", nice.append)
    fill(full, recording("cd" * 32), turn("we pay Acme", None, 1.0))
    monkeypatch.setattr(looking_again, "PATIENCE", 0.01)
    with held_now(full.folder, CALL.id):
        assert main(str(full.folder), CALL.id) == HELD
    model.calls = 0
    assert main(str(full.folder), CALL.id) == 0
    assert main(str(full.folder), "ef" * 32) == 0
    assert (names(full), model.calls) == (["Acme"], 1)
    assert nice == [looking_again.NICE] * 3
    assert "annotate" not in full.made("cd" * 32)
    assert full.made(CALL.id)["attribute"] == MADE
