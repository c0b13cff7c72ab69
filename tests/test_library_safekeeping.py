"""The library as a whole: what hangs on a recording, and that none of its bytes stay."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import BackupError
from pipeline.library import Library, database
from pipeline.library.database import FILE_NAME
from pipeline.library.safekeeping import Holdings, check_copy, identities_in
from pipeline.people import Recognised
from pipeline.speakers import EditKind, SpeakerEdit
from pipeline.transcript import Annotation, Entity, Keyphrase, Mention
from tests.libraries import MADE, TABLES, check_index, contents, fill, recording
from tests.test_library_speakers import SPANS, voiceprint
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ID, OTHER = "ab" * 32, "cd" * 32
SAID = "Whitfieldian restaurants are marvellously expensive."
# Tables whose rows hang on no recording: what is there after everything is forgotten.
OF_NOBODY = {"backup", "naming", "pseudonym"}
OF_NOBODY |= {"turn_trait"}  # it goes with the turns that it is of


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Return a library of two calls; each table has a row that goes with the first."""
    with Library(tmp_path / "library", create=True) as opened:
        for identity, said in ((ID, SAID), (OTHER, "Nothing of the kind was said.")):
            turns = (turn(said, "Speaker 1"), turn("I see.", "Speaker 2", 5.0))
            opened.put(recording(identity, title=identity[:2]))
            fill(opened, recording(identity, title=identity[:2]), *turns)
            opened.store_speakers(identity, SPANS, [voiceprint(identity)], MADE)
            named = SpeakerEdit(EditKind.NAME, "Speaker 1", "Ann Lee", None, 1, "2026-09-01")
            known = Recognised(identity, "Speaker 1", "Ann Lee", confirmed=True)
            opened.store_edits(identity, [named], turns, MADE, known)
            found = Annotation(
                (Entity(said.split()[0], "ORG", Mention(0.0, 0.3, 0, 0, 7)),),
                (Keyphrase("expensive", 1.0, (Mention(0.0, 0.3, 0, 0, 5),)),),
            )
            opened.store_annotation(identity, found, MADE)
        yield opened


def fill_all(folder: Path) -> None:
    """Put a row of the first recording into each table that has none."""
    rows = contents(folder)
    with closing(sqlite3.connect(folder / FILE_NAME)) as file, file:
        for table in sorted(set(TABLES) - OF_NOBODY):
            if rows[table]:
                continue
            columns = file.execute(f"PRAGMA table_info({table})").fetchall()
            values = [_value(name, kind) for _, name, kind, *_ in columns]
            marks = ", ".join("?" * len(values))
            file.execute(f"INSERT INTO {table} VALUES ({marks})", values)


def _value(name: str, kind: str) -> object:
    known = {"recording_id": ID, "other_id": OTHER, "path": str(recording().path)}
    return known.get(name, {"TEXT": "secret", "BLOB": b"secret"}.get(kind, 0))


def kept_of(folder: Path, identity: str) -> list[str]:
    """Return the tables in which anything names a recording."""
    return [
        table
        for table, rows in contents(folder).items()
        if any(identity in row.values() for row in rows)
    ]


def indexed(folder: Path) -> list[bytes]:
    """Return the terms in all segments of the index of words, deleted ones too.

    That is how FTS5 lays out a leaf: its length without the list of terms is in bytes 2 and 3, that
    list follows, and each term but the first leaves out what it shares with the one before.
    """
    with closing(sqlite3.connect(folder / FILE_NAME)) as file:
        leaves = file.execute("SELECT block FROM turn_text_data WHERE id > 10 ORDER BY id")
        return [term for (leaf,) in leaves for term in _terms(leaf)]


def _terms(leaf: bytes) -> Iterator[bytes]:
    place, at, before = int.from_bytes(leaf[2:4], "big"), 0, b""
    while place < len(leaf):
        step, place = _number(leaf, place)
        at += step
        shared, start = _number(leaf, at) if before else (0, at)
        length, start = _number(leaf, start)
        before = before[:shared] + leaf[start : start + length]
        yield before


def _number(content: bytes, place: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and the place after it."""
    number = 0
    while True:
        number = number << 7 | content[place] & 0x7F
        place += 1
        if content[place - 1] < 0x80:
            return number, place


def test_what_hangs_on_a_recording_is_counted(library: Library) -> None:
    assert library.holdings(ID) == Holdings(7, 0, 1, ())
    assert library.holdings("none") == Holdings(0, 0, 0, ())


def test_who_is_known_by_a_recording_alone_is_told(library: Library) -> None:
    library.withdraw(Recognised(OTHER, "Speaker 1", "Ann Lee", confirmed=True))
    assert library.holdings(ID).people == ("Ann Lee",)
    assert library.holdings(OTHER).people == ()


def test_its_contents_are_all_that_is_kept_of_it(library: Library) -> None:
    kept = b"\n".join(library.contents_of(ID))
    for piece in (SAID.encode(), b'"Whitfieldian",', b"ORG", b"Ann Lee", b"first.m4a"):
        assert piece in kept
    assert b"Nothing of the kind" not in kept
    assert b"Nothing of the kind" in b"\n".join(library.contents())


def test_every_table_of_which_rows_go_with_a_recording_is_emptied_of_them(
    library: Library,
) -> None:
    fill_all(library.folder)
    hanging = {*kept_of(library.folder, ID), "failure"}
    assert hanging >= set(TABLES) - OF_NOBODY - {"recording", "person"}
    library.empty([ID])
    assert kept_of(library.folder, ID) == ["recording", "seal"]
    left = contents(library.folder)
    assert (left["failure"], len(left["turn_trait"])) == ([], len(left["turn"]))
    assert library.erase([ID])
    assert kept_of(library.folder, ID) == []
    check_index(library.folder)


def test_what_is_of_others_stays_row_for_row(library: Library) -> None:
    def of_other() -> dict[str, list[object]]:
        return {
            table: [row for row in rows if OTHER in row.values()]
            for table, rows in contents(library.folder).items()
        }

    before = of_other()
    library.empty([ID])
    library.wipe()
    library.erase([ID])
    assert of_other() == before
    assert library.people() == ("Ann Lee",)
    library.empty([OTHER])
    assert library.people() == ()


def test_the_index_keeps_deleted_words_until_it_is_wiped(library: Library) -> None:
    assert b"0whitfieldian" in indexed(library.folder)
    library.empty([ID])
    library.settle()
    assert b"0whitfieldian" in indexed(library.folder), "FTS5 forgets by itself: then wipe less"
    assert library.wipe()
    left = indexed(library.folder)
    assert {term for term in left if b"whitf" in term or b"marvel" in term} == set()
    assert b"0noth" in left or b"0nothing" in left, "the other recording is searched no more"


def test_no_byte_of_it_is_left_once_it_is_erased(library: Library) -> None:
    fill_all(library.folder)
    contents_before = [each for each in library.contents_of(ID) if len(each) > 6]
    library.empty([ID])
    assert library.wipe()
    assert library.erase([ID])
    files = b"".join(path.read_bytes() for path in library.folder.rglob("*") if path.is_file())
    others = b"\n".join(library.contents())
    assert [each for each in contents_before if each in files and each not in others] == []
    assert b"hitfield" not in files


def test_a_log_that_another_needs_is_told(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY", 0.05)
    with Library(library.folder) as waiting, closing(reader(library.folder)):
        waiting.empty([ID])
        assert not waiting.wipe()
        assert not waiting.settle()
    assert library.wipe()


def reader(folder: Path) -> sqlite3.Connection:
    """Return a connection that is in the midst of reading."""
    connection = sqlite3.connect(folder / FILE_NAME, isolation_level=None)
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM recording").fetchone()
    return connection


@pytest.mark.parametrize(
    ("expression", "elsewhere"),
    [('"whitfie"*', False), ('"nothing"', True), ('"see"', True), ('"noth"*', True)],
)
def test_what_only_some_say_is_told_from_what_others_say(
    library: Library, expression: str, elsewhere: bool
) -> None:
    assert library.said_elsewhere(expression, {ID}) is elsewhere
    assert not library.said_elsewhere(expression, {ID, OTHER})


def test_a_backup_is_remembered_once(library: Library, tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip", "one.zip"):
        library.remember_backup(tmp_path / name)
    assert sorted(each.path for each in library.backups()) == [
        str(tmp_path / "one.zip"),
        str(tmp_path / "two.zip"),
    ]


def test_a_copy_is_checked_and_its_recordings_are_told(library: Library, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).touch()
    library.copy_to(tmp_path / FILE_NAME)
    check_copy(tmp_path)
    assert identities_in(tmp_path / FILE_NAME) == (ID, OTHER) == library.identities()


def test_a_damaged_copy_is_refused(library: Library, tmp_path: Path) -> None:
    copy = tmp_path / FILE_NAME
    copy.touch()
    library.copy_to(copy)
    content = bytearray(copy.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 8192] = bytes(8192)
    copy.write_bytes(content)
    with pytest.raises(BackupError, match=r"is damaged|cannot be read"):
        check_copy(tmp_path)
    copy.write_bytes(b"no database")
    with pytest.raises(BackupError, match="cannot be read"):
        identities_in(copy)
