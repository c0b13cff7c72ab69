"""Damage: seen wherever a row is not what it was, and mended without anything made up or untold."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.errors import LibraryError, NoLibrary
from pipeline.library import Library
from pipeline.library.database import FILE_NAME, Database
from pipeline.library.examining import faults
from pipeline.library.parts import MADE_BY, PARTS
from pipeline.library.recovering import Recovered, recover
from pipeline.library.seals import PASSING, SEALED
from pipeline.library.traits import note_traits
from tests.libraries import check_index, contents, fill, recording
from tests.test_seals import BY_HAND
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path

IDS = [f"{number:02x}" * 32 for number in range(4)]
PAGE = 4096
Contents = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library of four recordings with something in every table."""
    folder = tmp_path_factory.mktemp("sound")
    with Library(folder, create=True) as library:
        for identity in IDS:
            turns = (
                turn(f"Turn {n} of {identity[:2]}, " + "and so on " * n, "Ben", 9.0 * n)
                for n in range(12)
            )
            fill(library, recording(identity, title=f"Call {identity[:2]}"), *turns)
    with closing(Database(folder, create=False)) as opened, opened.atomic():
        opened.write("INSERT INTO person VALUES (1, 'Ben', 'ben', 'now')")
        opened.write("INSERT INTO naming VALUES (1, 'acme corp', 'Acme', 'now')")
        opened.write("INSERT INTO pseudonym VALUES ('', 'acme', 'Acme', 'company', 'A', 0, 'now')")
        for identity in IDS:
            for table, row in BY_HAND.items():
                opened.write(f"INSERT INTO {table} VALUES {row}", (identity,))
            opened.write(
                "INSERT INTO recognised VALUES (?, 'S1', 1, 'confirmed', 1, 'now')", (identity,)
            )
            note_traits(opened.write, identity)
    return folder


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    shutil.copy(sound / FILE_NAME, tmp_path / FILE_NAME)
    return tmp_path


def change(folder: Path, statement: str, *values: object) -> None:
    """Change a library behind its back, as a disk does."""
    with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as file:
        file.execute(statement, values)


def looked_at(folder: Path) -> list[tuple[str | None, str]]:
    return [(fault.recording, fault.part) for fault in faults(folder)]


def test_nothing_is_wrong_with_a_sound_library_and_nothing_is_changed(folder: Path) -> None:
    before = (folder / FILE_NAME).read_bytes()
    assert looked_at(folder) == []
    assert recover(folder) is None
    assert (folder / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize("table", SEALED)
def test_a_row_that_is_lost_is_missed(folder: Path, table: str) -> None:
    if table in {"recording", "keyphrase", "person", "naming", "pseudonym"}:
        change(folder, f"UPDATE {table} SET rowid = rowid + 100")
        column = {"recording": "title", "keyphrase": "text", "naming": "meant"}.get(table, "name")
        change(folder, f"UPDATE {table} SET {column} = {column} || '.'")
    else:
        change(folder, f"DELETE FROM {table} WHERE recording_id = ?", IDS[1])
    assert PARTS[table] in {part for _, part in looked_at(folder)}


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("tag", "name"),
        ("participant", "name"),
        ("correction", "after"),
        ("speaker_edit", "value"),
        ("highlight", "note"),
    ],
)
def test_what_a_person_made_is_kept_and_listed(folder: Path, table: str, column: str) -> None:
    change(folder, f"UPDATE {table} SET {column} = 'Changed' WHERE recording_id = ?", IDS[1])
    assert looked_at(folder) == [(IDS[1], PARTS[table])]
    recovered = recover(folder)
    assert recovered is not None
    (hurt,) = recovered.hurt
    assert (hurt.id, hurt.lost, hurt.doubtful) == (IDS[1], (), (PARTS[table],))
    assert "Changed" in {row[column] for row in contents(folder)[table]}


def test_a_recording_of_which_the_title_is_lost_keeps_what_was_said_of_it(folder: Path) -> None:
    before = contents(folder)
    change(folder, "INSERT INTO place VALUES ('/calls/one.m4a', ?, 1, 1, 'now')", IDS[1])
    change(folder, "DELETE FROM recording WHERE id = ?", IDS[1])
    recovered = recover(folder)
    assert recovered is not None
    (hurt,) = recovered.hurt
    assert (hurt.id, hurt.title, hurt.path) == (IDS[1], "recovered 01010101", "/calls/one.m4a")
    assert hurt.doubtful == (PARTS["recording"],)
    after = contents(folder)
    tables = SEALED.keys() - {"recording"}
    assert {name: after[name] for name in tables} == {name: before[name] for name in tables}


@pytest.mark.parametrize(
    ("table", "stage"), [("segment", "transcribe"), ("speaker_span", "diarize")]
)
def test_what_a_machine_made_is_made_again(folder: Path, table: str, stage: str) -> None:
    change(folder, f"DELETE FROM {table} WHERE recording_id = ? AND position = 3", IDS[1])
    recovered = recover(folder)
    assert recovered is not None
    assert [(hurt.id, hurt.lost) for hurt in recovered.hurt] == [(IDS[1], (PARTS[table],))]
    with Library(folder) as library:
        assert stage not in library.made(IDS[1])
        assert stage in library.made(IDS[2])


def test_the_damaged_file_is_kept_and_every_one_of_them(folder: Path) -> None:
    kept = []
    for _ in range(2):
        change(folder, "UPDATE turn SET speaker = 'Bem' WHERE recording_id = ?", IDS[1])
        before = contents(folder)
        recovered = recover(folder)
        assert recovered is not None
        kept.append(recovered.damaged)
        shutil.copy(recovered.damaged, folder / FILE_NAME)
        assert contents(folder) == before
        assert recovered.damaged.stat().st_mode & 0o077 == 0
    assert len(set(kept)) == 2
    assert not list(folder.glob(".*"))


def test_what_is_in_the_log_alone_is_saved(folder: Path, tmp_path_factory: Any) -> None:
    other = tmp_path_factory.mktemp("killed")
    with Library(folder) as library:
        library.put(recording("ee" * 32, title="The last one"))
        for path in folder.glob("library.sqlite*"):  # as a killed process leaves them
            shutil.copy(path, other / path.name)
    content = bytearray((other / FILE_NAME).read_bytes())
    content[-PAGE:] = bytes(PAGE)
    (other / FILE_NAME).write_bytes(content)
    recover(other)
    with Library(other) as library:
        assert library.find("the last one")


def test_an_index_that_is_out_of_step_is_told_and_made_again(folder: Path) -> None:
    change(folder, "DROP TRIGGER turn_changed")
    change(folder, "UPDATE turn SET text = 'Nothing' WHERE position = 1")
    parts = {part for _, part in looked_at(folder)}
    assert {"the index for searching", "the file of the library"} <= parts
    recover(folder)
    check_index(folder)


@pytest.mark.parametrize("content", [b"", b"a text", b"SQLite format 3\x00" + b"\xff" * 9000])
def test_where_nothing_can_be_read_the_copies_are_named(folder: Path, content: bytes) -> None:
    (folder / FILE_NAME).write_bytes(content)
    (folder / "library.before-version-4.sqlite").write_bytes(b"older")
    with pytest.raises(LibraryError, match=r"relisten restore FILE.*before-version-4\.sqlite"):
        recover(folder)
    assert (folder / FILE_NAME).read_bytes() == content
    assert not list(folder.glob(".*"))


def test_without_a_library_there_is_nothing_to_recover(tmp_path: Path) -> None:
    with pytest.raises(NoLibrary, match="no library here to recover"):
        recover(tmp_path)


def test_what_a_newer_relisten_has_written_is_not_made_less(folder: Path) -> None:
    change(folder, "ALTER TABLE recording ADD COLUMN mood TEXT")
    change(folder, "PRAGMA user_version = 99")
    with pytest.raises(LibraryError, match="Update relisten"):
        recover(folder)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Damage a file as disks do: bits, pages, and what is cut off."""
    spoilt = bytearray(content)
    match chance.choice(["bit", "bits", "page", "end"]):
        case "bit" | "bits" as kind:
            for _ in range(1 if kind == "bit" else 20):
                spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
        case "page":
            start = chance.randrange(len(spoilt) // PAGE) * PAGE
            spoilt[start : start + PAGE] = chance.choice([bytes(PAGE), chance.randbytes(PAGE)])
        case _:
            del spoilt[chance.randrange(len(spoilt)) :]
    return bytes(spoilt)


def differs(folder: Path, before: Contents) -> bool:
    """Tell whether a row that matters is not what it was, or cannot be read."""
    try:
        after = contents(folder)
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return True
    return any(after[table] != before[table] for table in SEALED)


def untold(before: Contents, after: Contents, recovered: Recovered) -> list[tuple[str, str]]:
    """Return (recording, table) of what is not as it was though nobody was told."""
    told = {(hurt.id, part) for hurt in recovered.hurt for part in (*hurt.lost, *hurt.doubtful)}
    by_hand = set(recovered.unreadable)
    lost_stages = {hurt.id for hurt in recovered.hurt}
    wrong = []
    for table, owner in SEALED.items():
        for identity in IDS if owner else ():
            old, new = (
                [row for row in each[table] if row[str(owner)] == identity]
                for each in (before, after)
            )
            excused = (identity, PARTS[table]) in told or (
                PARTS[table] in by_hand and table not in MADE_BY
            )
            excused |= table == "stage" and identity in lost_stages
            if old != new and not excused:
                wrong.append((identity, table))
    return wrong


@pytest.mark.parametrize("seed", range(24))
def test_damage_of_any_kind_is_seen_and_what_is_saved_was_there(
    sound: Path, tmp_path: Path, seed: int
) -> None:
    before = contents(sound)
    spoilt = damaged((sound / FILE_NAME).read_bytes(), random.Random(seed))
    (tmp_path / "look").mkdir()
    for place in (tmp_path, tmp_path / "look"):
        (place / FILE_NAME).write_bytes(spoilt)
    try:
        seen = bool(looked_at(tmp_path))
    except LibraryError:
        seen = True
    assert seen or not differs(tmp_path / "look", before)
    try:
        recovered = recover(tmp_path)
    except LibraryError:
        return
    after = contents(tmp_path)
    check_index(tmp_path)
    if recovered is None:
        assert not differs(tmp_path, before)
    elif not recovered.unsealed:
        assert untold(before, after, recovered) == []
    assert {row["id"] for row in after["recording"]} <= set(IDS)


def test_seals_that_are_lost_are_told(folder: Path) -> None:
    change(folder, "DELETE FROM recording WHERE id = ?", IDS[0])
    with closing(sqlite3.connect(folder / FILE_NAME)) as file, file:
        file.execute("PRAGMA writable_schema = ON")
        file.execute("UPDATE sqlite_master SET sql = 'CREATE TABL' WHERE name = 'seal'")
    recovered = recover(folder)
    assert recovered is not None
    assert recovered.unsealed
    assert recovered.recordings == len(IDS) - 1
    assert looked_at(folder) == []


def test_parts_are_named_for_all_that_is_sealed() -> None:
    assert PARTS.keys() == SEALED.keys()
    assert not PARTS.keys() & PASSING


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        ("UPDATE stage SET made = replace(made, 'model', ?) WHERE name = 'transcribe'", "modgl"),
        ("UPDATE stage SET made = ? WHERE name = 'diarize'", "[1]"),
        ("UPDATE recording SET layout = ? WHERE title = 'Call 01'", "ro0m"),
        ("UPDATE recording SET tracks = ? WHERE title = 'Call 02'", "[1"),
    ],
)
def test_what_no_command_could_read_is_a_sentence_and_after_that_is_left_out(
    folder: Path, statement: str, value: str
) -> None:
    change(folder, statement, value)
    with Library(folder) as library, pytest.raises(LibraryError, match="relisten recover"):
        _ = library.all_made(), library.recordings()
    saved = recover(folder)
    assert saved is not None
    assert saved.recordings == len(IDS)
    with Library(folder) as library:
        assert library.all_made()
        assert len(library.recordings()) == len(IDS)


def test_an_id_that_is_no_text_any_more_is_told_as_damage(folder: Path) -> None:
    for table in ("seal", "tag"):
        path = folder / FILE_NAME
        with closing(sqlite3.connect(path, isolation_level=None)) as file:
            file.execute("PRAGMA writable_schema = ON")
            file.execute(
                "UPDATE sqlite_master SET sql = replace(sql, ') STRICT', ')') WHERE name = ?",
                (table,),
            )
        change(folder, f"UPDATE {table} SET recording_id = CAST(recording_id AS BLOB)")
    assert looked_at(folder)
    assert recover(folder) is not None
    assert recover(folder) is None
