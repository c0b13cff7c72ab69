"""Marking over the web: what is kept, listed, changed by one of two, and written as quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web import ID, OTHER, client, small_library

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

WORDS = "Acme asks four hundred dollars a month."
PLACE = f"/api/recordings/{ID}/highlights"


@pytest.fixture
def asking(tmp_path: Path) -> TestClient:
    return client(small_library(tmp_path / "library"))


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """Return who asks of a library in which nothing is ever marked."""
    return client(small_library(tmp_path_factory.mktemp("refusing") / "library"))


def marked(asking: TestClient, **fields: Any) -> dict[str, Any]:
    answer = asking.post(PLACE, json={"start": 5.0, "end": 7.1, **fields})
    assert answer.status_code == 200, answer.text
    kept: dict[str, Any] = answer.json()
    return kept


def test_a_passage_is_marked_and_listed_with_who_says_it(asking: TestClient) -> None:
    kept = marked(asking, tags=["Pricing"], note="Ask again", starred=True)
    assert kept == {
        "start": 5.0,
        "end": 7.1,
        "number": 1,
        "text": WORDS,
        "tags": ["Pricing"],
        "note": "Ask again",
        "starred": True,
        "made_at": kept["changed_at"],
        "changed_at": kept["changed_at"],
    }
    told = asking.get("/api/highlights").json()
    assert told["tags"] == [{"name": "Pricing", "count": 1}]
    (found,) = told["highlights"]
    assert found["highlight"] == kept
    assert (found["recording_id"], found["speaker"], found["text"]) == (ID, "Ann", WORDS)
    assert found["places"] == [
        {"start": 5.0, "end": 7.1, "turn": 1, "start_char": 0, "end_char": len(WORDS)}
    ]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({}, 2),
        ({"tag": "PAIN"}, 1),
        ({"starred": "true"}, 1),
        ({"recording": ID[:6]}, 2),
        ({"recording": OTHER}, 0),
        ({"project": "acme", "tag": "pain"}, 1),
        ({"tag": ""}, 2),
    ],
)
def test_they_are_listed_by_what_is_asked(
    asking: TestClient, asked: dict[str, str], count: int
) -> None:
    marked(asking, tags=["pain"])
    marked(asking, starred=True)
    assert len(asking.get("/api/highlights", params=asked).json()["highlights"]) == count


def test_one_is_changed_field_by_field(asking: TestClient) -> None:
    kept = marked(asking, tags=["a"], note="one")
    place = f"/api/highlights/{ID}/1"
    starred = asking.patch(place, json={"was": kept["changed_at"], "starred": True}).json()
    assert (starred["starred"], starred["tags"], starred["note"]) == (True, ["a"], "one")
    change = {"was": starred["changed_at"], "tags": [], "note": "", "end": 5.9}
    now = asking.patch(place, json=change).json()
    assert (now["tags"], now["note"], now["text"]) == ([], "", "Acme asks four")
    assert now["starred"] is True


def test_of_two_who_change_one_the_later_is_told_what_stands(asking: TestClient) -> None:
    kept = marked(asking)
    place, was = f"/api/highlights/{ID}/1", kept["changed_at"]
    assert asking.patch(place, json={"was": was, "note": "mine"}).status_code == 200
    late = asking.patch(place, json={"was": was, "note": "theirs"})
    assert (late.status_code, late.json()["stands"]) == (409, "mine")
    assert asking.delete(place, params={"was": was}).status_code == 409
    assert asking.get("/api/highlights").json()["highlights"][0]["highlight"]["note"] == "mine"


def test_one_is_taken_away(asking: TestClient) -> None:
    kept = marked(asking)
    gone = asking.delete(f"/api/highlights/{ID}/1", params={"was": kept["changed_at"]})
    assert gone.json() == {"said": f"No longer marked: {WORDS}", "undo": None}
    assert asking.delete(f"/api/highlights/{ID}/1").status_code == 400
    assert asking.delete(f"/api/highlights/{ID}/1", params={"was": "x"}).status_code == 404


def test_quotes_are_files_to_keep(asking: TestClient) -> None:
    marked(asking, tags=["pain"])
    text = asking.get("/api/highlights.md", params={"tag": "pain"})
    assert text.headers["content-type"] == "text/markdown; charset=utf-8"
    assert text.headers["content-disposition"] == 'attachment; filename="highlights.md"'
    assert f"> {WORDS}" in text.text
    table = asking.get("/api/highlights.csv")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.content.startswith("\ufeffquote,".encode())
    assert WORDS in table.text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"start": 7.0, "end": 5.0}, "a passage ends after it begins"),
        ({"start": 5.0, "end": 5.0}, "a passage ends after it begins"),
        ({"start": -1.0, "end": 5.0}, "start: "),
        ({"start": 5.0, "end": 1e300}, "end: "),
        ({"start": 5.0}, "end: Field required"),
        ({"start": 5.0, "end": "soon"}, "end: "),
        ({"start": 700.0, "end": 800.0}, "is no passage of First call"),
        ({"start": 5.0, "end": 6.0, "tags": ["x" * 81]}, "a tag has 80 characters at most"),
        ({"start": 5.0, "end": 6.0, "note": "x" * 5001}, "a note has 5000 characters at most"),
        ({"start": 5.0, "end": 6.0, "note": "x" * 30_000}, "note: "),
    ],
)
def test_what_cannot_be_marked_is_refused_in_a_sentence(
    refusing: TestClient, body: dict[str, Any], said: str
) -> None:
    answer = refusing.post(PLACE, json=body)
    assert answer.status_code == 400
    assert said in answer.json()["error"]
    assert refusing.get("/api/highlights").json()["highlights"] == []


@pytest.mark.parametrize("raw", [b'{"start": NaN, "end": 6}', b'{"start": 5, "end": 1e999}', b"{"])
def test_numbers_that_are_none_are_refused(refusing: TestClient, raw: bytes) -> None:
    answer = refusing.post(PLACE, content=raw, headers={"content-type": "application/json"})
    assert answer.status_code == 400


def test_half_a_letter_is_refused_or_left_out(asking: TestClient) -> None:
    answer = asking.post(
        PLACE,
        content=b'{"start": 5, "end": 6, "note": "a\\ud800b"}',
        headers={"content-type": "application/json"},
    )
    assert answer.status_code in {200, 400}
    assert asking.get("/api/highlights.md").status_code == 200


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999", "one"])
def test_a_number_that_no_highlight_has_is_refused(refusing: TestClient, number: str) -> None:
    assert refusing.delete(f"/api/highlights/{ID}/{number}?was=x").status_code == 400
