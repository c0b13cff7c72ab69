"""The stage that annotates what the library keeps, and what is told of older annotations."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from pipeline.annotating import UNREAD, annotate_again, annotate_kept, annotated_before, day_of
from pipeline.library import Library
from pipeline.standing import Kind, Models, worth_knowing
from pipeline.transcript import Made
from tests.fakes import FakeEngines, FakeLanguageModel
from tests.libraries import fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.recording import Recording

KEPT = recording(recorded_at="2026-03-03T10:00:00", recorded_at_from="tag")
ENGLISH = FakeEngines(readers={"en": FakeLanguageModel({"Quickcrate": "PRODUCT"})})


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Yield a library of one call."""
    with Library(tmp_path / "library", create=True) as made:
        fill(made, KEPT, turn("Hi Imogen, did quick crate come yesterday?", "Ann"))
        yield made


def found(library: Library) -> list[tuple[str, str, str, str]]:
    """Return the entities of the call: text, label, name and value."""
    entities = library.annotation(KEPT.id).entities
    return [(each.text, each.label, each.name, each.value) for each in entities]


def test_what_is_known_of_a_call_tells_what_is_named_in_it(library: Library) -> None:
    library.set_vocabulary(KEPT.id, ["Quickcrate [ORG]"])
    library.set_participants(KEPT.id, ["Imogen Hartley"])
    annotate_kept(KEPT, library, ENGLISH)
    assert found(library) == [
        ("Imogen", "PERSON", "Imogen Hartley", ""),
        ("quick crate", "ORG", "Quickcrate", ""),
        ("yesterday", "DATE", "", "2026-03-02"),
    ]


def test_a_call_whose_date_is_only_its_files_gives_days_no_value(library: Library) -> None:
    annotate_kept(replace(KEPT, recorded_at_from="file time"), library, ENGLISH)
    assert ("yesterday", "DATE", "", "") in found(library)


def test_questions_are_found_with_the_entities(library: Library) -> None:
    annotate_kept(KEPT, library, ENGLISH)
    assert len(library.annotation(KEPT.id).questions) == 1


def test_where_no_model_reads_a_language_the_text_is_there_and_it_is_said(
    library: Library,
) -> None:
    annotate_kept(KEPT, library, FakeEngines())
    made = library.made(KEPT.id)["annotate"]
    assert (made.engine, made.notes) == (UNREAD, ("no language model for 'en'",))
    assert (found(library), len(library.turns(KEPT.id))) == ([], 1)


def test_what_was_found_before_stays_where_it_would_only_be_lost(library: Library) -> None:
    annotate_kept(KEPT, library, ENGLISH)
    before = library.annotation(KEPT.id)
    ((_, reason),) = annotate_again([KEPT], library, FakeEngines())
    assert (reason, library.annotation(KEPT.id)) == ("no language model for 'en' here", before)


@pytest.mark.parametrize(
    ("source", "day"),
    [("hand", date(2026, 3, 3)), ("tag", date(2026, 3, 3)), ("name", None), ("file time", None)],
)
def test_a_day_is_sure_where_a_person_or_the_recorder_says_it(
    source: str, day: date | None
) -> None:
    assert day_of(replace(KEPT, recorded_at_from=source)) == day


@pytest.mark.parametrize(
    ("made", "before"),
    [
        (Made("spacy", "3", options=(("language", "en"),)), True),
        (Made("spacy", "3", options=(("form", "2"), ("language", "en"))), False),
        (Made(UNREAD, "", options=(("language", "de"),)), False),
    ],
)
def test_what_an_older_version_annotated_is_known_by_its_record(made: Made, before: bool) -> None:
    assert annotated_before(made) == before


def test_annotations_of_an_older_version_are_told_with_the_command(library: Library) -> None:
    def told(kept: Recording) -> list[str]:
        made = {kept.id: library.made(kept.id)}
        notes = worth_knowing(library.entries(), made, Models("base", {}))
        return [each.mend for each in notes if each.kind is Kind.VERSION and each.mend]

    annotate_kept(KEPT, library, ENGLISH)
    assert told(KEPT) == []
    older = Made("fake-reader", "1", options=(("language", "en"),))
    library.store_annotation(KEPT.id, library.annotation(KEPT.id), older)
    assert told(KEPT) == ["relisten process --only annotations"]
