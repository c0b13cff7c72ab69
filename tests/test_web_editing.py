"""Putting right over the web: kept at once, taken back, and never over what somebody else wrote."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import following
from pipeline.corrections import Correction
from pipeline.library import Library
from pipeline.library.holding import held_now
from pipeline.web import follower
from tests.libraries import check_index, recording
from tests.test_following import put
from tests.web import client

if TYPE_CHECKING:
    from starlette.testclient import TestClient

ID, OTHER = "ab" * 32, "cd" * 32
LAST = "Because we pay acne too much."
BEGINS = 12.6  # seconds, as that turn does
READ: list[str] = []


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a library of two calls, which no test changes."""
    folder = tmp_path_factory.mktemp("ready") / "library"
    with Library(folder, create=True) as library:
        put(library, recording(ID, duration=60.0, project="acme"))
        put(library, recording(OTHER, title="Second call", duration=60.0))
    return folder


@pytest.fixture(scope="module")
def refusing(ready: Path) -> TestClient:
    return client(ready)


@pytest.fixture(autouse=True)
def _unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nothing read behind the server."""
    READ.clear()
    monkeypatch.setattr(follower.Follower, "later", lambda _, identity: READ.append(identity))


@pytest.fixture
def folder(ready: Path, tmp_path: Path) -> Path:
    """Return the folder of a copy of the library."""
    return Path(shutil.copytree(ready, tmp_path / "library"))


@pytest.fixture
def asking(folder: Path) -> TestClient:
    return client(folder)


def posted(asking: TestClient, place: str, body: Any) -> tuple[int, Any]:
    answer = asking.post(f"/api/{place}", json=body)
    return answer.status_code, answer.json()


def typed(asking: TestClient, text: str, was: str = LAST, position: int = 4) -> tuple[int, Any]:
    body = {"was": was, "text": text, "start": BEGINS}
    return posted(asking, f"recordings/{ID}/turns/{position}", body)


def turns(folder: Path, identity: str = ID) -> list[tuple[str | None, str]]:
    with Library(folder) as library:
        return [(each.speaker, each.text) for each in library.turns(identity)]


def test_a_turn_is_typed_anew_and_taken_back(folder: Path, asking: TestClient) -> None:
    status, told = typed(asking, "Because we pay Acme too much.")
    assert (status, told["said"]) == (200, "Saved at 00:12: Because we pay Acme too much.")
    assert turns(folder)[4] == ("Ann", "Because we pay Acme too much.")
    assert posted(asking, "undo", told["undo"]) == (
        200,
        {"said": "Taken back: Acme is acne again.", "undo": None},
    )
    assert turns(folder)[4] == ("Ann", LAST)
    assert READ == [ID, ID]
    check_index(folder)


def test_what_was_broken_off_is_made_up_for_when_the_server_begins(folder: Path) -> None:
    with Library(folder) as library:
        library.store_change({ID: [Correction(13.65, 14.0, "acne", "Acme", 1, "we pay ", " too")]})
    assert turns(folder)[4] == ("Ann", LAST)
    with client(folder):
        assert turns(folder)[4] == ("Ann", "Because we pay Acme too much.")
    assert READ == [ID]


def test_the_version_of_a_recording_changes_with_it(asking: TestClient) -> None:
    place = f"/api/recordings/{ID}/version"
    before = asking.get(place).json()
    typed(asking, "Because we pay Acme too much.")
    assert asking.get(place).json() != before


def test_two_tabs_do_not_write_over_each_other(folder: Path, asking: TestClient) -> None:
    typed(asking, "Mine.")
    status, told = typed(asking, "Theirs.")
    assert (status, told["stands"]) == (409, "Mine.")
    assert "Look at what it says now" in told["error"]
    assert turns(folder)[4][1] == "Mine."


def test_a_turn_that_began_at_another_time_is_another_turn(
    folder: Path, asking: TestClient
) -> None:
    body = {"was": LAST, "text": "No.", "start": 3.0}
    status, told = posted(asking, f"recordings/{ID}/turns/4", body)
    assert (status, told["stands"]) == (409, LAST)
    assert posted(asking, f"recordings/{ID}/turns/4", {**body, "start": BEGINS})[0] == 200
    assert turns(folder)[4][1] == "No."


def test_of_many_at_once_one_is_kept_and_all_are_told(folder: Path) -> None:
    told: list[tuple[int, Any]] = []

    tabs = [client(folder) for _ in range(4)]
    for tab in tabs:  # FastAPI puts a server together at its first request
        assert typed(tab, "Mine.", was="Not that.")[0] == 409

    def type_it(number: int) -> None:
        told.append(typed(tabs[number], f"Number {number}."))

    threads = [threading.Thread(target=type_it, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stands = turns(folder)[4][1]
    assert sorted(status for status, _ in told) == [200, 409, 409, 409]
    assert {said["stands"] for status, said in told if status == 409} == {stands}


def test_a_batch_at_work_is_told_of_and_not_waited_for(
    folder: Path, asking: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "PATIENCE", 0.01)
    with held_now(folder, ID):
        status, told = typed(asking, "Mine.")
    assert status == 423
    assert told["error"].startswith("another relisten is at work on this recording just now")
    assert turns(folder)[4][1] == LAST


def test_a_turn_and_a_part_of_one_are_given_to_somebody(folder: Path, asking: TestClient) -> None:
    place = f"recordings/{ID}/turns/4/speaker"
    shown = {"was": "Ann", "text": LAST, "start": BEGINS, "speaker": "Cy"}
    body = {**shown, "start_char": 15, "end_char": len(LAST)}
    status, told = posted(asking, place, body)
    assert (status, told["said"]) == (200, "Given to Cy, not Ann: acne too much.")
    assert turns(folder)[4:] == [("Ann", "Because we pay"), ("Cy", "acne too much.")]
    assert posted(asking, place, {**shown, "text": "Because we pay", "was": "Ben"})[0] == 409
    assert posted(asking, place, shown)[0] == 409
    assert posted(asking, "undo", told["undo"])[0] == 200
    assert turns(folder)[4:] == [("Ann", LAST)]
    assert posted(asking, place, {**shown, "start": 3.0})[0] == 409


def test_who_has_an_equals_sign_in_their_name_is_meant_by_it(
    folder: Path, asking: TestClient
) -> None:
    place = f"recordings/{ID}/speakers"
    posted(asking, place, {"kind": "name", "who": "Ben", "what": "Ann=Ben"})
    status, told = posted(asking, place, {"kind": "name", "who": "Ann=Ben", "what": "Bob"})
    assert (status, told["said"]) == (200, "Ann=Ben is called Bob now.")
    assert {speaker for speaker, _ in turns(folder)} == {"Ann", "Bob"}


@pytest.mark.parametrize(
    ("kind", "who", "what", "said"),
    [
        ("name", "Ann", " Ann  Lee", "Ann is called Ann Lee now."),
        ("merge", "Ann", "Ben", "Ann is the same as Ben now."),
        ("passage", "0:12-0:15", "Cy", "Cy says what is said at 0:12-0:15."),
        ("role", "Ann", "customer", "Ann has the role customer now."),
    ],
)
def test_what_is_said_of_speakers_is_kept_and_taken_back(
    folder: Path, asking: TestClient, kind: str, who: str, what: str, said: str
) -> None:
    place = f"/api/recordings/{ID}"
    before = asking.get(place).json()
    status, told = posted(
        asking, f"recordings/{ID}/speakers", {"kind": kind, "who": who, "what": what}
    )
    assert (status, told["said"]) == (200, said)
    now = asking.get(place).json()
    assert (now["labels"], now["roles"], turns(folder)) != (
        before["labels"],
        before["roles"],
        [(each["speaker"], each["text"]) for each in before["contents"]["turns"]],
    )
    assert posted(asking, "undo", told["undo"])[0] == 200
    assert [(each["speaker"], each["text"]) for each in before["contents"]["turns"]] == turns(
        folder
    )


def test_words_are_shown_before_they_are_replaced_everywhere(
    folder: Path, asking: TestClient
) -> None:
    body = {"stands": "acne", "said": "Acme", "everywhere": True}
    status, told = posted(asking, "replace", body)
    assert (status, told["said"], told["undo"]) == (
        200,
        "It stands in 4 places in 2 recordings.",
        None,
    )
    first = told["places"][0]
    assert (first["title"], first["before"], first["after"]) == ("First call", "acne", "Acme")
    assert turns(folder)[4][1] == LAST
    told = posted(asking, "replace", {**body, "apply": True})[1]
    assert told["said"] == "Replaced: 4 places in 2 recordings."
    assert "acne" not in str([turns(folder), turns(folder, OTHER)])
    assert sorted(READ) == [ID, OTHER]
    assert posted(asking, "undo", told["undo"])[0] == 200
    assert "Acme" not in str([turns(folder), turns(folder, OTHER)])


@pytest.mark.parametrize(
    ("scope", "count"),
    [({"recording": ID}, "2 places in 1 recording."), ({"project": "acme"}, "2 places in 1")],
)
def test_words_are_replaced_where_it_is_said(
    asking: TestClient, scope: dict[str, str], count: str
) -> None:
    told = posted(asking, "replace", {"stands": "acne", "said": "Acme", **scope})[1]
    assert count in told["said"]


def test_words_that_stand_nowhere_are_not_replaced(asking: TestClient) -> None:
    body = {"stands": "zebra", "said": "x", "everywhere": True, "apply": True}
    told = posted(asking, "replace", body)[1]
    assert told == {
        "places": [],
        "said": "It stands nowhere as words of its own, or says that already.",
        "undo": None,
    }


TYPED = {"was": LAST, "text": "y", "start": BEGINS}
GIVING = f"recordings/{ID}/turns/4/speaker"
GIVEN = {"was": "Ann", "text": LAST, "start": BEGINS, "speaker": "Cy"}


@pytest.mark.parametrize(
    ("place", "body", "status", "said"),
    [
        (f"recordings/{ID}/turns/99", TYPED, 404, "there is no turn 99"),
        (f"recordings/{ID}/turns/-1", TYPED, 400, "position"),
        (f"recordings/{ID}/turns/{10**30}", TYPED, 400, "position"),
        (f"recordings/{ID}/turns/4", {"was": LAST, "start": 1}, 400, "text: Field required"),
        (f"recordings/{ID}/turns/4", {"was": LAST, "text": "x"}, 400, "start: Field required"),
        (f"recordings/{ID}/turns/4", {**TYPED, "text": "?!"}, 400, "there is no word in"),
        (f"recordings/{ID}/turns/4", {**TYPED, "text": "x" * 200_001}, 400, "text"),
        ("recordings/nothing/turns/4", TYPED, 404, "no recording goes by"),
        (GIVING, {**GIVEN, "speaker": " "}, 400, "whose is it"),
        (GIVING, {**GIVEN, "speaker": "Ann"}, 400, "already"),
        (GIVING, {"was": "Ann", "speaker": "Cy", "start": 1}, 400, "text: Field required"),
        (GIVING, {"was": "Ann", "speaker": "Cy", "text": "x"}, 400, "start: Field required"),
        (
            GIVING,
            {**GIVEN, "start_char": 9, "end_char": 3},
            400,
            "no word is marked there",
        ),
        (f"recordings/{ID}/speakers", {"kind": "age", "who": "Ann", "what": "9"}, 400, "kind"),
        (
            f"recordings/{ID}/speakers",
            {"kind": "passage", "who": "soon", "what": "Cy"},
            400,
            "is no passage",
        ),
        (
            f"recordings/{ID}/speakers",
            {"kind": "name", "who": "Zed", "what": "Cy"},
            404,
            "nobody is called",
        ),
        ("replace", {"stands": "acne", "said": "Acme"}, 400, "say where"),
        ("replace", {"stands": "?", "said": "x", "everywhere": True}, 400, "there is no word"),
        (
            "replace",
            {"stands": "a", "said": "b", "everywhere": True, "project": "acme"},
            400,
            "say where",
        ),
        ("undo", {"kind": "words", "change": 5}, 404, "there is no change 5"),
        ("undo", {"kind": "words"}, 400, "say what to take back"),
        ("undo", {"kind": "speakers", "recording": ID, "number": 3}, 400, "taken back already"),
        ("undo", {"kind": "speakers", "number": 3}, 400, "say what to take back"),
        ("undo", {"kind": "all"}, 400, "kind"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(
    refusing: TestClient, place: str, body: dict[str, Any], status: int, said: str
) -> None:
    told = posted(refusing, place, body)
    assert told[0] == status, told
    assert said in told[1]["error"]
    assert READ == []
