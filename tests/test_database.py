"""The file under the library: opened, migrated, all or nothing, and explained when it fails."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.errors import LibraryError, NotFound
from pipeline.library import Library, database, preserving
from pipeline.library.database import FILE_NAME, MIGRATIONS, Database, statements
from pipeline.library.examining import faults
from pipeline.library.explaining import explained
from pipeline.library.seals import seal_all
from pipeline.library.traits import fill_traits
from pipeline.search import search
from pipeline.transcript import SpeakerSpan
from tests.commands import PROJECT
from tests.libraries import fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of a folder and of a file. Windows keeps what is in a user's profile from others by itself.
PERMISSIONS = {"posix": (0o700, 0o600), "nt": (0o777, 0o666)}


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path, create=True)) as made:
        yield made


def count(opened: Database, table: str = "recording") -> int:
    return int(opened.read(f"SELECT count(*) FROM {table}")[0][0])


def add_recording(opened: Database, identity: str) -> None:
    opened.write(
        "INSERT INTO recording VALUES (?, 'a.wav', 'a', 1.0, 1, 8000, 'pcm', 9, 'mono', "
        "'2026-09-01', 'tag', NULL, '', NULL, '2026-09-02', '')",
        (identity,),
    )


def test_a_library_is_made_where_there_is_none(tmp_path: Path) -> None:
    Database(tmp_path / "deep" / "folder", create=True).close()
    assert (tmp_path / "deep" / "folder" / FILE_NAME).is_file()


def test_without_a_library_the_way_to_one_is_told(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"no library here yet\. Fill one: relisten process"):
        Database(tmp_path, create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_library_that_was_moved_aside_is_pointed_to(tmp_path: Path) -> None:
    Database(tmp_path / "library-before-2026-09-01", create=True).close()
    with pytest.raises(LibraryError, match=r"moved aside is in .*library-before-2026-09-01: put"):
        Database(tmp_path / "library", create=False)


def test_a_library_is_opened_again_as_it_was(tmp_path: Path) -> None:
    with closing(Database(tmp_path, create=True)) as first, first.atomic():
        add_recording(first, "one")
    with closing(Database(tmp_path, create=False)) as second:
        assert count(second) == 1


def test_the_file_is_at_the_newest_version(tmp_path: Path) -> None:
    Database(tmp_path, create=True).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as file:
        assert file.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
        assert file.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_a_library_of_a_newer_version_is_refused_and_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Database(tmp_path, create=True).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as file:
        file.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def noted(path: str, **settings: Any) -> sqlite3.Connection:
        opened.append(connect(path, **settings))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", noted)
    with pytest.raises(LibraryError, match="a newer relisten has written this library"):
        Database(tmp_path, create=True)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")


# The schemas of before, as they were: libraries are made with them no more, but there are some.
SCHEMAS = {
    version: (Path(__file__).parent / f"schema_{version}.sql").read_text(encoding="utf-8")
    for version in (1, 2, 3, 4, 5)
}
SPEAKING = {"label_span", "speaker_edit", "voiceprint", "unprinted", "person", "recognised"}
KEEPING = {"place", "failure", "likely_double", "tag", "participant", "talk", "correction"}
KEEPING |= {"place_of_recording", "listening_copy", "seal", "backup"}
FINDING = {
    "entity_as_written",
    "entity_of_name",
    "keyphrase_of_lemma",
    "naming",
    "vocabulary",
    "question",
    "meaning",
}
FINDING |= {"recording_of_date", "recording_of_project", "tag_of_name", "talk_of_speaker"}
FINDING |= {"recording_number", "turn_trait", "highlight", "meaning_vectors"}
NAMING = {"pseudonym", "heard_name"}
ADDED = {
    1: {"removed", "unheard", "revision", *SPEAKING, *KEEPING, *FINDING, *NAMING},
    2: {*SPEAKING, *KEEPING, *FINDING, *NAMING},
    3: {*KEEPING, *FINDING, *NAMING},
    4: {*FINDING, *NAMING},
    5: NAMING,
}


def old_library(folder: Path, version: int) -> None:
    """Make a library of an older version with one recording of one turn in it."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as file, file:
        file.executescript(SCHEMAS[version])
        file.execute(
            "INSERT INTO recording (id, path, title, duration, channels, sample_rate, codec, size, "
            "layout, recorded_at, recorded_at_from, language, added_at) VALUES ('one', 'a.wav', "
            "'a', 1.0, 1, 8000, 'pcm', 9, 'mono', '2026-09-01', 'tag', 'en', '2026-09-02')"
        )
        words = '[["Expensive.",0.5,1.0,0.9,true]]'
        file.execute("INSERT INTO segment VALUES ('one', 0, 0, 0.5, 1, 'en', 0, 0, 0, ?)", (words,))
        file.execute(
            'INSERT INTO speaker_span (recording_id, position, speaker, start, "end", channel) '
            "VALUES ('one', 0, 'Ben', 0.5, 1, 0)"
        )
        file.execute(
            "INSERT INTO turn VALUES (1, 'one', 0, 'Ben', 0.5, 1, 'Expensive.', ?)", (words,)
        )
        file.execute(f"PRAGMA user_version = {version}")


def schema(folder: Path) -> list[tuple[Any, ...]]:
    """Return what a library's file is made of: tables by their columns, all else word for word.

    SQLite writes a column that was added later behind the last line, its comment and all.
    """
    with closing(sqlite3.connect(folder / FILE_NAME)) as file:
        query = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
        found = file.execute(query).fetchall()
        columns = "SELECT * FROM pragma_table_xinfo(?)"
        pointers = "SELECT * FROM pragma_foreign_key_list(?)"
        return [
            (
                *each[:3],
                strict(each[3]),
                *file.execute(columns, each[1:2]).fetchall(),
                *file.execute(pointers, each[1:2]).fetchall(),
            )
            if each[0] == "table"
            else each
            for each in found
        ]


def strict(statement: str) -> bool:
    """Tell whether a table holds its columns to their types."""
    return statement.endswith("STRICT")


@pytest.mark.parametrize("version", SCHEMAS)
def test_an_older_library_becomes_what_a_new_one_is(tmp_path: Path, version: int) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    old_library(tmp_path / "old", version)
    before = schema(tmp_path / "old")
    for name in ("old", "new"):
        Database(tmp_path / name, create=True).close()
    assert schema(tmp_path / "old") == schema(tmp_path / "new")
    added = {name for _, name, *_ in schema(tmp_path / "old")} - {name for _, name, *_ in before}
    assert {name for name in added if "autoindex" not in name} == ADDED[version]
    with closing(sqlite3.connect(tmp_path / "old" / FILE_NAME)) as file:
        assert file.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("version", SCHEMAS)
def test_what_an_older_library_holds_is_read_and_found(tmp_path: Path, version: int) -> None:
    old_library(tmp_path, version)
    with Library(tmp_path) as library:
        transcript = library.transcript("one")
        assert [said.text for said in transcript.turns] == ["Expensive."]
        assert (transcript.language, transcript.languages) == ("en", (("en", 0.5),))
        assert (transcript.removed, transcript.unheard, transcript.revisions) == ((), (), ())
        assert [segment.text for segment in library.segments("one")] == ["Expensive."]
        assert library.spans("one") == (SpeakerSpan(0.5, 1.0, "Ben", 0, 1.0),)
        assert (library.edits("one"), library.voiceprints(), library.people()) == ((), (), ())
        assert [hit.turn.text for hit in search(library, "expensive")] == ["Expensive."]


COPY = f"library.before-version-{len(MIGRATIONS)}.sqlite"


def all_rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table of a file, as it is read in order."""
    with closing(sqlite3.connect(path)) as file:
        tables = file.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%STRICT'"
        ).fetchall()
        return {
            name: sorted(file.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
            for (name,) in tables
        }


TALK = [
    ("one", 0, "Ben", 0.5),
    ("two", 0, "Ann", 1.0),
    ("two", 1, None, 1.0),
    ("two", 2, "Ben", 1.0),
]


def fuller(folder: Path, version: int) -> None:
    """Make a library of an older version with more in it: recordings, stages, names, edits."""
    old_library(folder, version)
    with closing(sqlite3.connect(folder / FILE_NAME)) as file, file:
        columns = [row[1] for row in file.execute("PRAGMA table_info(recording)")][1:]
        file.execute(
            f"INSERT INTO recording (id, {', '.join(columns)}) "
            f"SELECT 'two', {', '.join(columns)} FROM recording"
        )
        for identity in ("one", "two"):
            file.execute("INSERT INTO stage VALUES (?, 'transcribe', '{}', 'now')", (identity,))
            file.execute(
                "INSERT INTO entity (recording_id, position, text, label, turn, start_char, "
                "end_char, start, \"end\") VALUES (?, 0, 'Acme', 'ORG', 0, 0, 4, 0.5, 1)",
                (identity,),
            )
            file.execute(
                "INSERT INTO keyphrase (recording_id, position, text, rank) "
                "VALUES (?, 0, 'price', 1)",
                (identity,),
            )
            file.execute(
                "INSERT INTO keyphrase_mention VALUES (?, 0, 0, 0, 0, 4, 0.5, 1)", (identity,)
            )
        for number, speaker in enumerate(("Ann", None, "Ben"), start=1):
            file.execute(
                "INSERT INTO turn VALUES (?, 'two', ?, ?, ?, ?, 'Why?', ?)",
                (10 + number, number, speaker, number, number + 1, '[["Why?",1,2,0.9,true]]'),
            )
        if version > 3:  # it was kept from then on
            file.executemany(
                "INSERT INTO talk (recording_id, position, speaker, turns, seconds) "
                "VALUES (?, ?, ?, 1, ?)",
                TALK,
            )
        if version > 2:
            file.execute(
                "INSERT INTO speaker_edit VALUES ('two', 1, 'name', 'S1', 'Ann', NULL, NULL, 'now')"
            )
            file.execute("INSERT INTO person VALUES (1, 'Ann', 'ann', 'now')")
        if version > 4:
            fill_traits(file.execute)
        if version > 3:
            seal_all(file)


@pytest.mark.parametrize("version", SCHEMAS)
def test_a_fuller_older_library_keeps_every_row_and_is_sealed(tmp_path: Path, version: int) -> None:
    fuller(tmp_path, version)
    before = all_rows(tmp_path / FILE_NAME)
    Library(tmp_path).close()
    after = all_rows(tmp_path / FILE_NAME)
    before.pop("seal", None)  # of tables with more columns now
    for table, rows in before.items():
        assert [row[: len(old)] for row, old in zip(after[table], rows, strict=True)] == rows
    assert sorted(after["talk"], key=repr) == [
        ("one", 0, "Ben", 1, 0.5, None, 1),
        ("two", 0, "Ann", 1, 1.0, None, 1),
        ("two", 1, None, 1, 1.0, None, 1),
        ("two", 2, "Ben", 1, 1.0, None, 1),
    ]
    assert list(faults(tmp_path)) == []


@pytest.mark.parametrize("version", SCHEMAS)
def test_a_copy_is_kept_before_a_library_is_brought_up_to_date(
    tmp_path: Path, version: int
) -> None:
    fuller(tmp_path, version)
    before = all_rows(tmp_path / FILE_NAME)
    Library(tmp_path).close()
    copy = tmp_path / COPY
    assert all_rows(copy) == before
    with closing(sqlite3.connect(copy)) as file:
        assert file.execute("PRAGMA user_version").fetchone()[0] == version
    assert copy.stat().st_mode & 0o777 == PERMISSIONS[os.name][1]
    assert {path.name for path in tmp_path.iterdir()} == {FILE_NAME, COPY}


def test_a_new_library_and_one_up_to_date_need_no_copy(tmp_path: Path) -> None:
    for _ in range(2):
        Database(tmp_path, create=True).close()
    assert not list(tmp_path.glob("library.before*"))


def test_a_copy_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / COPY).write_bytes(b"the first one")
    old_library(tmp_path, 1)
    Database(tmp_path, create=False).close()
    assert (tmp_path / COPY).read_bytes() == b"the first one"


def test_many_that_bring_a_library_up_to_date_make_one_copy(tmp_path: Path) -> None:
    old_library(tmp_path, 1)
    before = all_rows(tmp_path / FILE_NAME)
    threads = [
        threading.Thread(target=lambda: Database(tmp_path, create=False).close()) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all_rows(tmp_path / COPY) == before
    assert list(faults(tmp_path)) == []


def test_without_room_for_the_copy_the_library_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fuller(tmp_path, 3)
    before = all_rows(tmp_path / FILE_NAME)

    def full(path: Path, target: Path) -> None:
        with closing(sqlite3.connect(target)) as file:
            file.execute("PRAGMA max_page_count = 1")
            file.execute("CREATE TABLE too_much (a)")
        raise AssertionError(path)

    monkeypatch.setattr(preserving, "_copy", full)
    with pytest.raises(LibraryError, match="Make room on the disk"):
        Database(tmp_path, create=False)
    assert all_rows(tmp_path / FILE_NAME) == before
    assert not [path for path in tmp_path.iterdir() if "sqlite-" not in path.name][1:]


@pytest.mark.parametrize("version", SCHEMAS)
def test_an_older_library_that_cannot_be_migrated_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    old_library(tmp_path, version)
    before = schema(tmp_path)

    def half(connection: sqlite3.Connection) -> None:
        MIGRATIONS[version](connection)
        connection.execute("no SQL")

    monkeypatch.setattr(database, "MIGRATIONS", (*MIGRATIONS[:version], half))
    with pytest.raises(LibraryError, match="syntax error"):
        Database(tmp_path, create=False)
    assert schema(tmp_path) == before


def test_an_older_library_is_migrated_step_by_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Database(tmp_path, create=True)) as old, old.atomic():
        add_recording(old, "one")

    def add_mood(connection: sqlite3.Connection) -> None:
        connection.execute("ALTER TABLE recording ADD COLUMN mood TEXT DEFAULT 'calm'")

    monkeypatch.setattr(database, "MIGRATIONS", (*MIGRATIONS, add_mood))
    with closing(Database(tmp_path, create=False)) as new:
        assert [row["mood"] for row in new.read("SELECT mood FROM recording")] == ["calm"]


def test_a_migration_that_fails_leaves_the_library_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Database(tmp_path, create=True).close()

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("DROP TABLE last_hit")
        connection.execute("no SQL")

    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", (*MIGRATIONS, half))
        with pytest.raises(LibraryError, match="syntax error"):
            Database(tmp_path, create=False)
    with closing(Database(tmp_path, create=False)) as same:
        assert count(same, "last_hit") == 0


def test_only_its_owner_can_read_a_library(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with closing(Database(folder, create=True)) as opened:
        with opened.atomic():
            add_recording(opened, "one")
        modes = {path.name: path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir())}
    of_folder, of_file = PERMISSIONS[os.name]
    files = (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm")
    assert modes == {"library": of_folder, **dict.fromkeys(files, of_file)}


@pytest.fixture
def unwritable() -> Iterator[Path]:
    """Return a library of one recording that whoever runs the test can read and not write."""
    if os.name == "nt":
        pytest.skip("Windows has no permission bits to take away")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Library(folder, create=True) as library:
            fill(library, recording(), turn("Too expensive.", "Ben", 2.0))
            library.keep_hits([(recording().id, turn("Too", "Ben", 2.0))])
        (folder / FILE_NAME).chmod(0o444)
        folder.chmod(0o555)
        user = os.geteuid()
        if user == 0:  # root may write anywhere
            os.seteuid(65534)
        try:
            yield folder
        finally:
            os.seteuid(user)
            folder.chmod(0o700)


def test_a_library_that_cannot_be_written_is_read(unwritable: Path) -> None:
    before = sorted(unwritable.iterdir())
    with Library(unwritable) as library:
        assert [entry.recording for entry in library.entries()] == [recording()]
        assert [hit.turn.text for hit in search(library, "expensive")] == ["Too expensive."]
        assert library.transcript(library.find("first").id).turns
    assert sorted(unwritable.iterdir()) == before


def test_a_library_that_cannot_be_written_tells_no_hits_of_an_older_search(
    unwritable: Path,
) -> None:
    with Library(unwritable) as library:
        search(library, "expensive")
        with pytest.raises(NotFound, match=r"keeps no hits\. Name the passage: ID@12:34"):
            library.hit(1)


def test_a_library_that_cannot_be_written_is_not_filled(unwritable: Path) -> None:
    with pytest.raises(LibraryError), Library(unwritable, create=True) as library:
        library.put(recording(title="Renamed"))
    with Library(unwritable) as library:
        assert library.find("first call")


def test_a_file_that_cannot_be_written_in_a_folder_that_can_is_read(unwritable: Path) -> None:
    user = os.geteuid()
    os.seteuid(os.getuid())
    unwritable.chmod(0o777)
    os.seteuid(user)
    with Library(unwritable) as library:
        assert search(library, "expensive")


def test_a_folder_that_cannot_be_looked_into_is_a_sentence(unwritable: Path) -> None:
    user = os.geteuid()
    os.seteuid(os.getuid())
    unwritable.chmod(0o000)
    os.seteuid(user)
    with pytest.raises(LibraryError, match="Permission denied"):
        Library(unwritable)


def test_an_older_library_that_cannot_be_written_says_so(
    unwritable: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "MIGRATIONS", (*MIGRATIONS, lambda _: None))
    with pytest.raises(LibraryError, match="an older relisten has written this library"):
        Library(unwritable)


def test_a_disk_that_takes_no_more_costs_no_hits(tmp_path: Path) -> None:
    with Library(tmp_path, create=True) as library:
        fill(library, recording(), turn("Too expensive.", "Ben", 2.0))
        library._database.read("PRAGMA query_only = ON")
        assert search(library, "expensive")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"this is a text, whatever its name says, " * 200, id="something else"),
        pytest.param(b"SQLite format 3\x00" + b"\xff" * 8000, id="a broken header"),
    ],
)
def test_a_damaged_file_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(LibraryError, match=r"the library is damaged|cannot be used") as raised:
        Database(tmp_path, create=False)
    assert str(tmp_path) in str(raised.value)
    assert (tmp_path / FILE_NAME).read_bytes() == content


def test_damage_inside_the_file_is_a_sentence(tmp_path: Path) -> None:
    with closing(Database(tmp_path, create=True)) as opened:
        for number in range(100):
            with opened.atomic():
                add_recording(opened, str(number))
    path = tmp_path / FILE_NAME
    sound = path.read_bytes()
    path.write_bytes(sound[:4096] + b"\xa5" * (len(sound) - 4096))
    with (
        pytest.raises(LibraryError, match="damaged"),
        closing(Database(tmp_path, create=False)) as opened,
    ):
        opened.read("SELECT * FROM recording")


def test_a_file_where_the_folder_should_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "library").write_bytes(b"")
    with pytest.raises(LibraryError, match=r"the library cannot be kept here .*--library"):
        Database(tmp_path / "library", create=True)


def test_a_folder_where_the_file_should_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(LibraryError, match="the library cannot be used"):
        Database(tmp_path, create=True)


def test_what_is_written_inside_atomic_is_all_there(opened: Database) -> None:
    with opened.atomic():
        add_recording(opened, "one")
        add_recording(opened, "two")
    assert count(opened) == 2


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_what_is_broken_off_leaves_nothing(opened: Database, error: type[BaseException]) -> None:
    def broken_off() -> None:
        with opened.atomic():
            add_recording(opened, "one")
            raise error

    with pytest.raises(error):
        broken_off()
    assert count(opened) == 0
    with opened.atomic():
        add_recording(opened, "two")
    assert count(opened) == 1


def test_a_full_disk_is_a_sentence_and_the_library_works_on(opened: Database) -> None:
    pages = opened.read("PRAGMA page_count")[0][0]
    opened.read(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(LibraryError, match="Make room on the disk"), opened.atomic():
        add_recording(opened, "one" * 100_000)
    assert count(opened) == 0
    opened.read("PRAGMA max_page_count = 100000")
    with opened.atomic():
        add_recording(opened, "one")
    assert count(opened) == 1


def test_a_disk_that_is_really_full_is_a_sentence_and_the_library_is_whole(tmp_path: Path) -> None:
    script = (
        "import os; from pathlib import Path; from pipeline.errors import LibraryError; "
        "from pipeline.library import Library; from tests.libraries import check_index, recording; "
        f"folder = Path({str(tmp_path)!r}); library = Library(folder, create=True); "
        "library.put(recording('00' * 32))\n"
        "try:\n"
        "    for n in range(1, 60):\n"
        "        library.put(recording(f'{n:064x}', title='long ' * 20000))\n"
        "except LibraryError as error:\n"
        "    print(error)\n"
        "kept = len(library.recordings()); library.close(); check_index(folder)\n"
        "with Library(folder) as library: print(kept == len(library.recordings()) > 0)"
    )
    mount = f'mount -t tmpfs -o size=1m tmpfs {tmp_path} && exec {sys.executable} -c "$0"'
    command = ["unshare", "-rm", "sh", "-c", mount, script]
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, encoding="utf-8", cwd=PROJECT
        )
    except FileNotFoundError:
        pytest.skip("there is no unshare here")
    if "unshare" in done.stderr or "mount" in done.stderr:
        pytest.skip("no file system may be mounted here")
    said, whole = done.stdout.splitlines()
    assert "the library cannot be used (database or disk is full). Make room on the disk" in said
    assert (whole, done.returncode) == ("True", 0)


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize("length", [15, 16, 99, 100, 600, 4095, 4096, 5000, 30_000])
def test_a_library_that_is_cut_off_is_a_sentence(tmp_path: Path, length: int, create: bool) -> None:
    with Library(tmp_path, create=True) as library:
        fill(library, recording(), turn("Too expensive.", "Ben", 2.0))
    path = tmp_path / FILE_NAME
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(LibraryError, match="relisten recover"), Library(tmp_path, create=create):
        pass


def test_an_empty_file_is_not_taken_for_a_library(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"")
    with pytest.raises(LibraryError, match=r"this file is empty.*relisten restore FILE"):
        Library(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == b""


def test_a_library_whose_file_was_emptied_is_not_begun_anew(tmp_path: Path) -> None:
    with Library(tmp_path, create=True):
        (tmp_path / "copies").mkdir()
    (tmp_path / FILE_NAME).write_bytes(b"")
    with pytest.raises(LibraryError, match=r"this file is empty.*relisten restore FILE"):
        Library(tmp_path, create=True)
    assert (tmp_path / FILE_NAME).read_bytes() == b""


def test_a_log_that_is_missing_is_missed_by_nobody(tmp_path: Path) -> None:
    with Library(tmp_path, create=True) as library:
        fill(library, recording(), turn("Too expensive.", "Ben", 2.0))
    assert not (tmp_path / f"{FILE_NAME}-wal").exists()
    with Library(tmp_path) as library:
        assert search(library, "expensive")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (sqlite3.SQLITE_FULL, "Make room on the disk"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "It can only be read here"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "Another relisten is writing to it"),
        (sqlite3.SQLITE_IOERR_WRITE, "see that it is connected and has room"),
        (sqlite3.SQLITE_CANTOPEN, "Check that the folder can be written to"),
    ],
)
def test_each_failure_of_a_disk_says_what_to_do(tmp_path: Path, code: int, said: str) -> None:
    error = sqlite3.OperationalError("it broke")
    error.sqlite_errorcode = code

    def broken() -> None:
        with explained(tmp_path):
            raise error

    with pytest.raises(LibraryError, match=rf"cannot be used \(it broke\)\. .*{said}"):
        broken()


def test_a_library_that_another_is_writing_to_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY", 0.05)
    with (
        closing(Database(tmp_path, create=True)) as first,
        closing(Database(tmp_path, create=True)) as second,
        first.atomic(),
        pytest.raises(LibraryError, match="Another relisten is writing to it"),
        second.atomic(),
    ):
        pass


def test_a_library_can_be_read_while_another_writes(tmp_path: Path) -> None:
    with (
        closing(Database(tmp_path, create=True)) as first,
        closing(Database(tmp_path, create=True)) as second,
    ):
        with first.atomic():
            add_recording(first, "one")
            assert count(second) == 0
        assert count(second) == 1


def test_what_has_no_recording_is_refused(opened: Database) -> None:
    with pytest.raises(LibraryError), opened.atomic():
        opened.write("INSERT INTO stage VALUES ('none', 'transcribe', '{}', 'now')")


def test_many_may_open_a_new_library_at_once(tmp_path: Path) -> None:
    wrong: list[BaseException] = []

    def open_together(folder: Path, gate: threading.Barrier) -> None:
        gate.wait()
        try:
            Database(folder, create=True).close()
        except LibraryError as error:
            wrong.append(error)

    for round_ in range(20):
        gate = threading.Barrier(6)
        folder = tmp_path / str(round_)
        threads = [threading.Thread(target=open_together, args=(folder, gate)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_a_new_library_that_another_is_making_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = threading.Timer(0.2, other.execute, ("COMMIT",))
        done.start()
        Database(tmp_path, create=True).close()
        done.join()


def test_two_writers_wait_for_each_other(tmp_path: Path) -> None:
    def write(name: str) -> None:
        with closing(Database(tmp_path, create=True)) as opened:
            for number in range(40):
                with opened.atomic():
                    add_recording(opened, f"{name}{number}")

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with closing(Database(tmp_path, create=False)) as opened:
        assert count(opened) == 120


def test_what_was_deleted_is_in_no_byte_of_the_files(tmp_path: Path) -> None:
    secrets = [os.urandom(700) for _ in range(40)]
    with closing(Database(tmp_path, create=True)) as opened:
        with opened.atomic():
            opened.write("CREATE TABLE secret (number INTEGER PRIMARY KEY, content BLOB)")
            opened.write_all("INSERT INTO secret VALUES (?, ?)", iter(enumerate(secrets)))
        assert opened.holds(secrets[:1])
        with opened.atomic():
            opened.write("DELETE FROM secret WHERE number < 20")
        assert opened.rewrite()
        assert not opened.holds(secrets[:20])
        assert opened.holds(secrets[20:])
        left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert not any(secret[:64] in left for secret in secrets[:20])


def test_a_log_that_another_reads_from_cannot_be_emptied_and_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY", 0.05)
    with (
        closing(Database(tmp_path, create=True)) as opened,
        closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as reading,
    ):
        with opened.atomic():
            add_recording(opened, "one")
        reading.execute("BEGIN")
        reading.execute("SELECT * FROM recording").fetchall()
        assert not opened.rewrite()
        reading.execute("COMMIT")
        assert opened.rewrite()


@pytest.mark.parametrize("place", [0, 63, 64, 1000, 1001, 4000])
def test_a_piece_is_found_wherever_blocks_are_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    monkeypatch.setattr(database, "BLOCK", 100)
    piece = os.urandom(64)
    (tmp_path / "file").write_bytes(bytes(place) + piece + bytes(300))
    assert database._holds(tmp_path / "file", [piece])
    assert not database._holds(tmp_path / "file", [piece[::-1]])


def test_case_is_folded_in_every_script(opened: Database) -> None:
    row = opened.read("SELECT casefold('ZÜRICH Straße') , casefold(NULL)")[0]
    assert tuple(row) == ("zürich strasse", None)


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("", []),
        ("SELECT 1;\n", ["SELECT 1;\n"]),
        ("SELECT 1;\nSELECT 2;\n", ["SELECT 1;\n", "SELECT 2;\n"]),
        ("-- a; b\nSELECT\n1;\n", ["-- a; b\nSELECT\n1;\n"]),
        (
            "CREATE TRIGGER t AFTER INSERT ON x BEGIN\nSELECT 1;\nSELECT 2;\nEND;\n",
            ["CREATE TRIGGER t AFTER INSERT ON x BEGIN\nSELECT 1;\nSELECT 2;\nEND;\n"],
        ),
    ],
)
def test_a_script_is_cut_into_its_statements(script: str, found: list[str]) -> None:
    assert list(statements(script)) == found
