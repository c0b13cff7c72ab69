"""A new library out of what can still be read of a damaged one, which is kept beside it."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from pipeline.errors import LibraryError, NoLibrary
from pipeline.library import rows
from pipeline.library.database import FILE_NAME, MIGRATIONS, Database
from pipeline.library.examining import faults
from pipeline.library.explaining import DAMAGED, explained
from pipeline.library.holding import holding_all
from pipeline.library.parts import MADE_BY, PARTS
from pipeline.library.preserving import DAMAGED_NAME, kept_beside
from pipeline.library.safekeeping import check_alone
from pipeline.library.salvage import Seals, Table, columns_of, open_damaged, seal_table, seals_in
from pipeline.library.seals import SEALED, WIDENED
from pipeline.library.stages import now
from pipeline.library.traits import fill_traits
from pipeline.library.widening import widened
from pipeline.progress import Progress, Report, silent
from pipeline.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

SEALED_FROM, WIDENED_FROM = 4, 5  # the versions
LOG = "-wal"
# Those first that others point to; turns are numbered anew, and seals are made of what is saved.
FIRST = ("recording", "person", "keyphrase")
LEFT_OUT = {"turn": {"id"}}
ALSO = ("place", "failure", "likely_double", "backup", "last_hit")
TABLES = (*FIRST, *(name for name in (*SEALED, *ALSO) if name not in FIRST))

# All that is not known of a recording; a size of 0 tells that, as no file that is heard has it.
NAMELESS = (
    "INSERT INTO recording (id, path, title, duration, channels, sample_rate, codec, size, layout, "
    "recorded_at, recorded_at_from, added_at) "
    "VALUES (?, ?, ?, 0, 1, 16000, 'unknown', 0, 'mono', '1970-01-01T00:00:00', 'nothing', ?)"
)


@dataclass(frozen=True, slots=True)
class Hurt:
    """A recording of which not everything is as it was.

    `lost` can be made again from its file, `doubtful` was made by hand and is to be read through.
    Where `title` is None, no more is known of it than its id.
    """

    id: str
    title: str | None
    recorded_at: str | None
    path: str | None
    lost: tuple[str, ...]
    doubtful: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was saved: recordings and rows; what was not, and where the damaged file is now.

    Where it is `unsealed`, a letter that was changed may have gone unseen.
    """

    recordings: int
    rows: int
    hurt: tuple[Hurt, ...]
    people_doubtful: bool
    unreadable: tuple[str, ...]
    unsealed: bool
    damaged: Path


@dataclass(frozen=True, slots=True)
class _Saved:
    """How many rows were saved, and the tables of which some were not."""

    rows: int
    broken: frozenset[str]
    seals: Seals
    sealed: bool


def recover(
    folder: Path, tell: Callable[[], None] = lambda: None, report: Report = silent
) -> Recovered | None:
    """Put in a library's place a new one with all that can be read of it; keep the old file.

    Return None where nothing is wrong with it: it stays as it is then. Raises LibraryError, and
    leaves everything as it is, where nothing can be read.
    """
    with explained(folder):
        if not (folder / FILE_NAME).is_file():
            raise NoLibrary(f"{folder}: there is no library here to recover.{_copies(folder)}")
    with explained(folder), holding_all(folder, tell):
        if _is_whole(folder, report):
            return None
        with contextlib.suppress(UnicodeDecodeError):  # of a name that is damaged
            check_alone(folder)
        return _recovered(folder, report)


def _is_whole(folder: Path, report: Report) -> bool:
    try:
        return next(faults(folder, report), None) is None
    except LibraryError:
        return False


def _recovered(folder: Path, report: Report) -> Recovered:
    with _work(folder) as work:
        with closing(_opened(folder, work)) as old, closing(Database(work, create=True)) as new:
            saved = _save(old, new, report)
            hurt = tuple(_judge(new, saved))
            recordings = new.read("SELECT count(*) FROM recording")[0][0]
            people = _wrong(new, saved).get(None, set())
        damaged = _put_in_place(folder, work)
    broken = tuple(sorted({PARTS[name] for name in saved.broken if name in PARTS}))
    unsealed = "seal" in saved.broken
    return Recovered(int(recordings), saved.rows, hurt, bool(people), broken, unsealed, damaged)


def _copies(folder: Path) -> str:
    """Say which copies lie beside a library, and what else may help."""
    kept = [path for path in kept_beside(folder) if path.suffix == ".sqlite"]
    also = f" An older one lies beside it: {', '.join(map(str, kept))}" if kept else ""
    return f" Put back a backup: relisten restore FILE.{also}"


@contextlib.contextmanager
def _work(folder: Path) -> Iterator[Path]:
    """Lend a folder on the library's own disk."""
    work = folder / f".{uuid4().hex}"
    work.mkdir(mode=0o700)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _opened(folder: Path, work: Path) -> sqlite3.Connection:
    """Open a copy of a damaged library: the file itself and its log are not touched."""
    copy = work / "damaged.sqlite"
    shutil.copyfile(folder / FILE_NAME, copy)
    if (log := folder / f"{FILE_NAME}{LOG}").is_file():
        shutil.copyfile(log, copy.with_name(copy.name + LOG))
    try:
        file = open_damaged(copy)
        if not columns_of(file, "recording"):
            file.close()
            raise sqlite3.DatabaseError("it is not known where its tables are")
    except DAMAGED as error:
        raise LibraryError(
            f"{folder / FILE_NAME}: nothing of this library can be read ({error}), and it stays as "
            f"it is.{_copies(folder)}"
        ) from error
    _check_version(file, folder)
    return file


def _check_version(file: sqlite3.Connection, folder: Path) -> None:
    """Raise LibraryError where a newer relisten has added what would be lost."""
    (version,) = file.execute("PRAGMA user_version").fetchone()
    unknown = [name for name in columns_of(file, "recording") if name not in _COLUMNS]
    if version > len(MIGRATIONS) and unknown:
        file.close()
        raise LibraryError(
            f"{folder / FILE_NAME}: a newer relisten has written this library. Update relisten."
        )


_COLUMNS = frozenset(Recording.__slots__) | {"language", "added_at"}


def _save(old: sqlite3.Connection, new: Database, report: Report) -> _Saved:
    """Copy all rows that can be read and that hang together."""
    (version,) = old.execute("PRAGMA user_version").fetchone()
    table = seal_table(old)
    seals = seals_in(table) if version >= SEALED_FROM else {}
    count, broken = 0, set[str]() if table.whole else {"seal"}
    for done, name in enumerate(TABLES):
        report(Progress("recover", done, len(TABLES)))
        saved, whole = _saved_of(old, new, name)
        count += saved
        if not whole:
            broken.add(name)
        if name == "recording":
            _put_nameless(old, new, seals)
    if version < SEALED_FROM:
        _count_talk(new)
    if version < WIDENED_FROM:
        seals = widened({name: columns_of(old, name) for name in WIDENED}, new, seals)
    with new.atomic():
        fill_traits(new.read)
    return _Saved(count, frozenset(broken), seals, version >= SEALED_FROM)


def _saved_of(old: sqlite3.Connection, new: Database, name: str) -> tuple[int, bool]:
    """Copy a table; return how many rows were saved, and whether those were all."""
    columns = _shared_columns(old, new, name)
    if not columns:
        return 0, False
    table = Table(
        old,
        name,
        columns,
        whole=set(columns) == set(columns_of(old, name)) - LEFT_OUT.get(name, set()),
    )
    with new.atomic():
        return _copied(table, new), table.whole


def _put_nameless(old: sqlite3.Connection, new: Database, seals: Seals) -> None:
    """Put down recordings of which all but what they are may still be there.

    Else what a person said of them would be lost with their titles. Seals tell that they were.
    """
    kept = {row["id"] for row in new.read("SELECT id FROM recording")}
    known = Counter(identity for identity, _ in seals if identity)
    lost = {each for each, parts in known.items() if parts > 1} - kept  # one may be a damaged id
    if not lost:
        return
    places = Table(old, "place", ("recording_id", "path")).rows()
    seen = {identity: path for identity, path in places if identity in lost}
    with new.atomic():
        for identity in sorted(lost):
            name = f"recovered {identity[:8]}"
            new.write(NAMELESS, (identity, seen.get(identity, name), name, now()))


def _shared_columns(old: sqlite3.Connection, new: Database, name: str) -> tuple[str, ...]:
    """Return the columns that a table has in both, but those that are numbered anew."""
    known = {row["name"] for row in new.read("SELECT name FROM pragma_table_info(?)", (name,))}
    return tuple(
        each
        for each in columns_of(old, name)
        if each in known and each not in LEFT_OUT.get(name, ())
    )


def _copied(table: Table, new: Database) -> int:
    """Copy the rows of a table; what has lost its recording, or is there already, is left out."""
    listed = ", ".join(f'"{column}"' for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    statement = f"INSERT INTO {table.name} ({listed}) VALUES ({marks})"
    count = 0
    for row in table.rows():
        try:
            rows.check_read(table.name, dict(zip(table.columns, row, strict=True)))
            new.write(statement, row)
            count += 1
        except (sqlite3.IntegrityError, LibraryError):
            table.whole = False
    return count


def _count_talk(new: Database) -> None:
    """Count who has how many turns, for a library from before that was kept."""
    with new.atomic():
        new.write(
            "INSERT INTO talk SELECT recording_id, row_number() OVER (PARTITION BY recording_id "
            'ORDER BY min(position)) - 1, speaker, count(*), round(sum("end" - start), 3), '
            "NULL, 1 FROM turn GROUP BY recording_id, speaker"
        )


def _wrong(new: Database, saved: _Saved) -> Mapping[str | None, set[str]]:
    """Return the tables, by recording, of which the rows are not what was sealed.

    Where the seal itself is lost, those are wrong that could not be read in full.
    """
    if not saved.sealed:
        return {}
    found = {
        (row["recording_id"], row["rows_of"]): row["sha256"]
        for row in new.read("SELECT * FROM seal")
    }
    wrong = _perhaps_wrong(new, saved)
    for key in {*found, *saved.seals}:
        identity, name = key
        known = saved.seals.get(key)
        if name in SEALED and (known != found.get(key) if known else name in saved.broken):
            wrong.setdefault(identity, set()).add(name)
    return wrong


def _perhaps_wrong(new: Database, saved: _Saved) -> dict[str | None, set[str]]:
    """Return, by recording, the tables of which rows may be lost that nothing tells of any more."""
    if "seal" not in saved.broken:
        return {}
    made = saved.broken & set(MADE_BY)
    return {
        row["id"]: {name for name in made if (row["id"], name) not in saved.seals}
        for row in new.read("SELECT id FROM recording")
    }


def _judge(new: Database, saved: _Saved) -> Iterator[Hurt]:
    """Have what a machine made and is not whole made again; tell what became of each recording."""
    kept = {row["id"]: row for row in new.read("SELECT * FROM recording")}
    for identity, tables in sorted(_wrong(new, saved).items(), key=lambda each: str(each[0])):
        if identity is None or not tables:
            continue
        stages = {MADE_BY[name] for name in tables if name in MADE_BY}
        with new.atomic():
            for stage in stages:
                new.write(
                    "DELETE FROM stage WHERE recording_id = ? AND name = ?", (identity, stage)
                )
        row = kept.get(identity)
        lost = {PARTS[name] for name in tables if name in MADE_BY or row is None}
        yield Hurt(
            identity,
            row["title"] if row else None,
            row["recorded_at"] if row else None,
            row["path"] if row else None,
            tuple(sorted(lost)),
            tuple(sorted({PARTS[name] for name in tables} - lost)),
        )


def _put_in_place(folder: Path, work: Path) -> Path:
    """Keep the damaged file under another name, and put the new one where it was."""
    path = folder / FILE_NAME
    kept = _free_name(folder)
    log = path.with_name(path.name + LOG)
    if log.is_file():  # it would be taken for that of the new file
        log.replace(kept.with_name(kept.name + LOG))
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    path.replace(kept)
    (work / FILE_NAME).replace(path)
    return kept


def _free_name(folder: Path) -> Path:
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    kept, number = folder / DAMAGED_NAME.format(today), 2
    while kept.exists():
        kept, number = folder / DAMAGED_NAME.format(f"{today}-{number}"), number + 1
    return kept
