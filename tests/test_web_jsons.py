"""Values as JSON, field for field."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.lines.view import to_json
from pipeline.recording import Layout, Track
from pipeline.speakers import Role
from pipeline.web.jsons import answer, as_json, failed
from tests.libraries import recording
from tests.values import rich_document


@dataclass(frozen=True, slots=True)
class Held:
    place: Path
    role: Role
    parts: tuple[tuple[str, int], ...]


def test_a_dataclass_is_its_fields() -> None:
    held = Held(Path("calls", "a.wav"), Role.CUSTOMER, (("a", 1),))
    wanted = {"place": str(held.place), "role": "customer", "parts": [["a", 1]]}
    assert json.loads(as_json(held)) == wanted


@pytest.mark.parametrize(
    "value",
    [
        recording(layout=Layout.ROOM, tracks=(Track("a.wav", "Ann"),)),
        rich_document().transcript,
        {"recording": recording(), "tags": ("a", "b")},
    ],
    ids=["recording", "transcript", "dict"],
)
def test_it_is_the_json_of_the_command_line(value: object) -> None:
    assert json.loads(as_json(value)) == json.loads(to_json(value))


def test_what_is_wrong_is_a_sentence_with_its_status() -> None:
    refused = failed("There is none.", 409, stands="some")
    assert refused.status_code == 409
    assert json.loads(bytes(refused.body)) == {"error": "There is none.", "stands": "some"}
    assert refused.headers["content-type"] == "application/json"


def test_a_name_that_is_no_unicode_can_be_said() -> None:
    assert json.loads(bytes(failed("no \udcff here", 404).body)) == {"error": "no ? here"}


def test_an_answer_is_json() -> None:
    given = answer({"a": 1})
    assert (given.status_code, given.body) == (200, b'{"a":1}')
    assert given.headers["content-type"] == "application/json"
