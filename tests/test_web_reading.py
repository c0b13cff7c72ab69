"""What is read over HTTP is what commands show, field for field."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.export.as_json import as_data
from pipeline.library import Library
from pipeline.library.database import FILE_NAME
from pipeline.lines.view import to_json
from pipeline.opening import document_of
from pipeline.progress import FILES, Progress, silent
from pipeline.running import shown_as_running
from pipeline.search import find
from pipeline.search.meaning import Meant
from pipeline.sighting import Sighting
from pipeline.speakers import EditKind, SpeakerEdit
from pipeline.web import reading
from tests.libraries import MADE, fill, recording
from tests.values import turn
from tests.web import ID, OTHER, PEAKS, SOUND, client, get, small_library

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.export import Document
    from pipeline.recording import Recording


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library that no test changes."""
    return small_library(tmp_path_factory.mktemp("served") / "library")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a library of the test's own."""
    return small_library(tmp_path / "library")


def as_told(value: object) -> Any:
    """Return values as commands tell them to other programs."""
    return json.loads(to_json(value))


def add_half_done(folder: Path, **fields: Any) -> Recording:
    """Add a recording that is transcribed, and no more than that."""
    half = recording("ef" * 32, title="Half", **fields)
    with Library(folder) as library:
        fill(library, half, turn("Hello there.", "Ann"))
    return half


# The library


def test_recordings_are_listed_as_by_the_command(folder: Path) -> None:
    listed = get(folder, "/api/recordings").data
    with Library(folder) as library:
        entries = as_told(library.entries())
        assert listed["projects"] == as_told(library.projects())
        assert listed["speakers"] == as_told(library.known_speakers())
    states = [(each.pop("complete"), each.pop("state")) for each in listed["recordings"]]
    assert listed["recordings"] == entries
    assert states == [(True, "done"), (False, "partial")]
    assert listed["tags"] == [{"name": "pilot", "recordings": 1}]
    assert (listed["understood"], listed["notes"]) == ("", [])


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["First call", "Second call"]),
        ("  ", ["First call", "Second call"]),
        ("project:acme", ["First call"]),
        ("-project:acme", ["Second call"]),
        ("speaker:bob", ["Second call"]),
        ("tag:pilot after:2026-09", ["First call"]),
        ("after:2026-09-02", ["Second call"]),
        ("entity:Acme", ["First call"]),
    ],
)
def test_fields_choose_recordings(folder: Path, query: str, titles: list[str]) -> None:
    listed = get(folder, "/api/recordings", query=query).data
    assert [each["recording"]["title"] for each in listed["recordings"]] == titles


def test_words_choose_no_recordings(folder: Path) -> None:
    got = get(folder, "/api/recordings", query="too expensive")
    assert got.status == 400
    assert "only fields" in got.data["error"]


def test_a_name_that_there_is_not_is_a_sentence(folder: Path) -> None:
    got = get(folder, "/api/recordings", query="project:acne")
    assert got.status == 404
    assert "acme" in got.data["error"]


def test_what_failed_and_what_is_at_work_says_so(own: Path, tmp_path: Path) -> None:
    half = add_half_done(own, path=tmp_path / "half.wav")
    assert states(own)[half.id] == "partial"
    with Library(own) as library:
        library.put_failure(Sighting(half.path, 1, 1), "its disk was full")
    assert states(own)[half.id] == "failed"
    with shown_as_running(own, silent) as tell:
        tell(Progress(FILES, 0, 1, path=half.path))
        assert states(own)[half.id] == "running"
    assert states(own)[half.id] == "failed"


def states(folder: Path) -> dict[str, str]:
    """Return how far each recording is said to be."""
    listed = get(folder, "/api/recordings").data["recordings"]
    return {each["recording"]["id"]: each["state"] for each in listed}


# Search


def test_hits_are_those_of_the_command(folder: Path) -> None:
    found = get(folder, "/api/search", query="dollars OR expensive").data
    with Library(folder) as library:
        wanted = find(library, "dollars OR expensive")
    assert found["hits"] == as_told(wanted.hits)
    assert len(found["hits"]) == 2
    assert found["understood"] == wanted.query.understood
    assert (found["total"], found["counted"], found["more"]) == (2, True, False)


def test_pages_go_on_where_the_last_ended(folder: Path) -> None:
    asked = {"query": "dollars OR expensive", "limit": 1}
    first = get(folder, "/api/search", **asked).data
    second = get(folder, "/api/search", **asked, page=2).data
    assert (first["more"], second["more"]) == (True, False)
    assert first["hits"][0]["recording"]["id"] != second["hits"][0]["recording"]["id"]
    assert get(folder, "/api/search", **asked, page=3).status == 404


def test_questions_come_with_their_answers(folder: Path) -> None:
    (hit,) = get(folder, "/api/search", query="pay", questions=1).data["hits"]
    assert hit["answer"]["start"] == 5.0
    assert hit["said"].startswith("Acme asks")


def test_who_searches_in_the_browser_leaves_the_terminal_its_numbers(own: Path) -> None:
    with Library(own) as library:
        find(library, "expensive")
        before = library.hit(1)
        get(own, "/api/search", query="dollars")
        assert library.hit(1) == before


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "no word to look for"),
        ({"query": "()"}, "no word to look for"),
        ({"query": "a", "limit": 0}, "limit"),
        ({"query": "a", "limit": 10_000}, "limit"),
        ({"query": "a", "page": -1}, "page"),
        ({"query": "a", "order": "worst"}, "order"),
        ({"query": "a" * 2_001}, "query"),
        ({"query": "a", "by": "meaning", "questions": 1}, "Choose one"),
    ],
)
def test_what_cannot_be_meant_is_a_sentence(folder: Path, asked: dict[str, Any], said: str) -> None:
    got = get(folder, "/api/search", **asked)
    assert got.status == 400
    assert said in got.data["error"]


def test_without_what_tells_meaning_that_is_said(folder: Path) -> None:
    got = get(folder, "/api/search", query="costly", by="meaning")
    assert got.status in {404, 409}
    assert "relisten" in got.data["error"]


def test_what_is_read_of_meanings_is_kept_for_the_next_search(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[object] = []

    def meant(library: Library, **given: Any) -> Meant:
        kept.append(given["kept"].__self__)
        return Meant(lambda *_: [], ("some are not read yet",))

    monkeypatch.setattr(reading, "meant_here", meant)
    ask = client(folder)
    for by in ("both", "both", "meaning"):
        found = ask.get("/api/search", params={"query": "dollars", "by": by}).json()
        assert "some are not read yet" in found["notes"]
    assert len(kept) == 3
    assert len(set(kept)) == 1


# One recording


def test_a_transcript_is_what_is_exported(folder: Path) -> None:
    shown = get(folder, f"/api/recordings/{ID}").data
    with Library(folder) as library:
        found = library.find(ID)
        assert shown["contents"] == json.loads(json.dumps(as_data(document_of(library, found))))
        assert shown["version"] == library.version(ID)
    assert shown["labels"] == {"Interviewer": "Interviewer", "Ann": "Ann"}
    assert shown["roles"]["Interviewer"] == "interviewer"
    assert (shown["layout"], shown["sound"], shown["peaks"]) == ("channel-per-speaker", True, True)
    assert shown["highlights"] == []
    assert set(shown["speaker_channels"]) == {"Interviewer", "Ann"}


def test_a_recording_without_a_copy_says_so(folder: Path) -> None:
    shown = get(folder, f"/api/recordings/{OTHER}").data
    assert (shown["sound"], shown["peaks"]) == (False, False)
    for part in ("sound", "peaks"):
        got = get(folder, f"/api/recordings/{OTHER}/{part}")
        assert got.status == 404
        assert "relisten process" in got.data["error"]


@pytest.mark.parametrize("name", [ID, ID[:8], "First call"])
def test_a_recording_goes_by_what_commands_take(folder: Path, name: str) -> None:
    shown = get(folder, f"/api/recordings/{name}").data
    assert shown["contents"]["recording"]["id"] == ID


@pytest.mark.parametrize(
    "name",
    ["nobody", "99", "..%2f..%2fetc%2fpasswd", "%2e%2e", "%00", "..%5c", "%ed%b3%bf", "a" * 5000],
)
@pytest.mark.parametrize("part", ["", "/sound", "/peaks", "/version"])
def test_no_name_leads_out_of_the_library(folder: Path, name: str, part: str) -> None:
    answer = client(folder).get(f"/api/recordings/{name}{part}")
    assert answer.status_code == 404
    assert "root:" not in answer.text


def test_the_version_is_another_when_anything_is(own: Path) -> None:
    seen = [version(own)]
    with Library(own) as library:
        changes: list[Callable[[], None]] = [
            lambda: library.add_tags(ID, ["new"]),
            lambda: library.set_participants(ID, ["Ann Lee"]),
            lambda: library.store_annotation(ID, library.annotation(OTHER), MADE),
            lambda: library.store_turns(ID, library.turns(OTHER), MADE),
            lambda: library.drop_copy(ID),
        ]
        for change in changes:
            change()
            seen.append(version(own))
    assert len(set(seen)) == len(seen)


def test_the_version_stays_while_nothing_changes(own: Path) -> None:
    before = version(own)
    with Library(own) as library:
        library.add_tags(OTHER, ["new"])
        find(library, "dollars")
    get(own, f"/api/recordings/{ID}")
    assert version(own) == before


def test_what_is_read_while_it_is_written_is_of_one_moment(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = version(own)

    def opened_meanwhile(library: Library, kept: Recording) -> Document:
        title = library.find(ID).title  # so that the moment has begun
        with Library(own) as another:
            another.add_tags(ID, ["written meanwhile"])
        assert title == kept.title
        return document_of(library, kept)

    monkeypatch.setattr(reading, "document_of", opened_meanwhile)
    shown = get(own, f"/api/recordings/{ID}").data
    assert shown["contents"]["recording"]["tags"] == ["pilot"]
    assert shown["version"] == before != version(own)


def version(folder: Path) -> str:
    """Return the version of the first recording."""
    told: str = get(folder, f"/api/recordings/{ID}/version").data["version"]
    return told


def test_speakers_are_those_of_the_command(own: Path) -> None:
    edit = SpeakerEdit(EditKind.ROLE, "Ann", "customer", number=1, made_at="2026-01-01")
    with Library(own) as library:
        library.store_edits(ID, [edit], library.turns(ID), MADE)
    told = get(own, f"/api/recordings/{ID}/speakers").data
    assert [each["portrait"]["name"] for each in told["speakers"]] == ["Interviewer", "Ann"]
    assert told["speakers"][1]["portrait"]["role"] == "customer"
    assert told["edits"] == as_told([edit])
    assert told["recording"]["id"] == ID


def test_corrections_are_those_of_the_command(folder: Path) -> None:
    told = get(folder, f"/api/recordings/{ID}/corrections").data
    assert told["recording"]["id"] == ID
    assert told["corrections"] == []


# Sound


@pytest.mark.parametrize(
    ("part", "kind", "data"),
    [("sound", "audio/ogg", SOUND), ("peaks", "application/octet-stream", PEAKS)],
)
def test_files_come_whole_and_in_parts(folder: Path, part: str, kind: str, data: bytes) -> None:
    place, ask = f"/api/recordings/{ID}/{part}", client(folder)
    whole = ask.get(place)
    assert (whole.status_code, whole.content) == (200, data)
    assert whole.headers["content-type"] == kind
    assert whole.headers["accept-ranges"] == "bytes"
    some = ask.get(place, headers={"range": "bytes=10-19"})
    assert (some.status_code, some.content) == (206, data[10:20])
    assert some.headers["content-range"] == f"bytes 10-19/{len(data)}"
    assert some.headers["content-length"] == "10"
    last = ask.get(place, headers={"range": "bytes=-5"})
    assert (last.status_code, last.content) == (206, data[-5:])
    rest = ask.get(place, headers={"range": f"bytes={len(data) - 3}-"})
    assert (rest.status_code, rest.content) == (206, data[-3:])


def test_what_lies_behind_the_end_is_refused(folder: Path) -> None:
    place = f"/api/recordings/{ID}/sound"
    answer = client(folder).get(place, headers={"range": f"bytes={len(SOUND)}-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(SOUND)}"
    assert str(len(SOUND)) in answer.json()["error"]


@pytest.mark.parametrize("header", ["bytes=5-2", "bytes=0-1,4-5", "nonsense", "bytes=x-"])
def test_a_range_that_is_none_gets_all(folder: Path, header: str) -> None:
    answer = client(folder).get(f"/api/recordings/{ID}/sound", headers={"range": header})
    assert (answer.status_code, answer.content) == (200, SOUND)


@pytest.mark.parametrize("part", ["sound", "peaks"])
def test_what_is_known_does_not_come_again(folder: Path, part: str) -> None:
    place, ask = f"/api/recordings/{ID}/{part}", client(folder)
    tag = ask.get(place).headers["etag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = ask.get(place, headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert ask.get(place, headers={"if-none-match": '"other"'}).status_code == 200
    changed = {"range": "bytes=0-1", "if-range": '"other"'}
    assert ask.get(place, headers=changed).status_code == 200
    assert ask.get(place, headers={**changed, "if-range": tag}).status_code == 206


def test_another_sound_has_another_tag(own: Path) -> None:
    place, ask = f"/api/recordings/{ID}/sound", client(own)
    tag = ask.get(place).headers["etag"]
    with Library(own) as library:
        library.copy_path(ID).write_bytes(SOUND[::-1])
        os.utime(library.copy_path(ID), (1, 1))
        library.store_copy(ID, MADE)
    assert ask.get(place, headers={"if-none-match": tag}).content == SOUND[::-1]


# Beside others, and without a library


def test_it_is_read_while_another_process_writes(own: Path) -> None:
    with closing(sqlite3.connect(own / FILE_NAME, isolation_level=None)) as writing:
        writing.execute("BEGIN IMMEDIATE")
        writing.execute("UPDATE recording SET title = 'Another'")
        for place in ("", f"/{ID}", f"/{ID}/version", f"/{ID}/speakers", f"/{ID}/sound"):
            assert client(own).get(f"/api/recordings{place}").status_code == 200
        assert get(own, "/api/search", query="dollars").status == 200
        assert get(own, f"/api/recordings/{ID}").data["contents"]["recording"]["title"] == (
            "First call"
        )
        writing.execute("ROLLBACK")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="files are counted by Linux")
def test_no_request_leaves_the_library_open(folder: Path) -> None:
    ask = client(folder)

    def ask_all() -> int:
        for place in ("", f"/{ID}", f"/{ID}/sound", f"/{ID}/speakers", "/nobody"):
            ask.get(f"/api/recordings{place}")
        return len(list(Path("/proc/self/fd").iterdir()))

    before = ask_all()
    assert [ask_all() for _ in range(5)][-1] <= before


def test_a_library_that_is_gone_is_a_sentence(own: Path) -> None:
    ask = client(own)
    (own / FILE_NAME).rename(own / "elsewhere")
    got = ask.get("/api/recordings")
    assert got.status_code == 503
    assert "there is no library here" in got.json()["error"]


def test_a_damaged_library_is_a_sentence(own: Path) -> None:
    ask = client(own)
    for each in own.glob(f"{FILE_NAME}*"):
        each.unlink()
    (own / FILE_NAME).write_bytes(b"no library, by far " * 400)
    got = ask.get("/api/recordings")
    assert got.status_code == 503
    assert "relisten" in got.json()["error"]
