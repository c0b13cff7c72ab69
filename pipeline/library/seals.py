"""What the rows of a recording come to: SQLite itself does not see that a disk has changed a text.

A seal is the sum of the sha256 of rows, so it is the same in whatever order they are read.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

# Tables by the column that says whose a row is; those of people and of what
# names mean belong to no one recording.
SEALED = {
    "recording": "id",
    **dict.fromkeys(
        (
            *("stage", "segment", "removed", "unheard", "revision", "speaker_span"),
            *("speaker_edit", "voiceprint", "unprinted", "label_span", "recognised", "turn"),
            *("entity", "keyphrase", "keyphrase_mention", "tag", "participant", "talk"),
            *("correction", "listening_copy", "vocabulary", "question", "meaning"),
            *("meaning_vectors", "highlight", "heard_name"),
        ),
        "recording_id",
    ),
    "person": None,
    "naming": None,
    "pseudonym": None,
}
# Without a seal: found out again by itself, or of no weight. A seal seals itself.
PASSING = {
    *("last_hit", "place", "failure", "likely_double", "backup", "seal"),
    *("recording_number", "turn_trait"),
}
# SQLite gives turns their numbers: those say nothing.
COLUMNS = {"turn": 'recording_id, position, speaker, start, "end", text, words'}
# Those that version 5 of the schema gave more columns.
WIDENED = ("entity", "keyphrase", "talk")
SEALS = 1 << 256
CHANGES = {"INSERT": ("new",), "DELETE": ("old",), "UPDATE": ("old", "new")}


def row_digest(row: Sequence[Any]) -> int:
    """Return the sha256 of a row as a number; its values are told apart by type and length."""
    sizes: list[str] = []
    contents: list[bytes] = []
    for value in row:
        if isinstance(value, str):
            contents.append(value.encode("utf-8", "surrogateescape"))
            sizes.append(f"text {len(contents[-1])}")
        elif isinstance(value, bytes):
            contents.append(value)
            sizes.append(f"bytes {len(value)}")
        else:
            sizes.append(repr(value))
    return int.from_bytes(sha256(", ".join(sizes).encode() + b"\n" + b"".join(contents)).digest())


def seal_of(rows: Iterable[Sequence[Any]]) -> str:
    """Return the seal of rows, hexadecimal; their order does not matter."""
    return written(sum(map(row_digest, rows)))


def written(total: int) -> str:
    """Return a sum of digests as it is kept."""
    return f"{total % SEALS:064x}"


def watch(connection: sqlite3.Connection) -> None:
    """Have a connection note whose rows it changes, in which table.

    The triggers are the connection's own: whoever only reads does without them.
    """
    connection.execute("BEGIN")
    columns = "recording_id TEXT, rows_of TEXT, UNIQUE (recording_id, rows_of)"
    connection.execute(f"CREATE TEMP TABLE touched ({columns})")
    for table, owner in SEALED.items():
        for change, sides in CHANGES.items():
            connection.execute(
                f"CREATE TEMP TRIGGER seal_{table}_{change} AFTER {change} ON main.{table} "
                f"BEGIN {' '.join(_note(table, side, owner) for side in sides)} END"
            )
    connection.execute("COMMIT")


def _note(table: str, side: str, owner: str | None) -> str:
    whose = f"{side}.{owner}" if owner else "NULL"
    return (
        f"INSERT INTO touched SELECT {whose}, '{table}' WHERE NOT EXISTS (SELECT 1 FROM touched "
        f"WHERE recording_id IS {whose} AND rows_of = '{table}');"
    )


def seal_touched(connection: sqlite3.Connection) -> None:
    """Seal anew what was changed in this transaction."""
    touched = connection.execute("SELECT recording_id, rows_of FROM touched").fetchall()
    for identity, table in touched:
        _seal(connection, identity, table)
    if touched:
        connection.execute("DELETE FROM touched")


def _seal(connection: sqlite3.Connection, identity: str | None, table: str) -> None:
    owner, columns = SEALED[table], COLUMNS.get(table, "*")
    found = connection.execute(
        f"SELECT {columns} FROM {table} WHERE {owner or 'NULL'} IS ?", (identity,)
    )
    rows = found.fetchall()
    connection.execute(
        "DELETE FROM seal WHERE recording_id IS ? AND rows_of = ?", (identity, table)
    )
    if rows:
        connection.execute("INSERT INTO seal VALUES (?, ?, ?)", (identity, table, seal_of(rows)))


def seal_all(connection: sqlite3.Connection) -> None:
    """Seal all that is there: of a library from before there were seals."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    there = {name for (name,) in found}
    connection.executemany(
        "INSERT INTO seal VALUES (?, ?, ?)",
        (
            (identity, table, seal)
            for (identity, table), seal in seals_now(
                connection, [table for table in SEALED if table in there]
            ).items()
        ),
    )


def seals_now(
    connection: sqlite3.Connection, tables: Iterable[str]
) -> dict[tuple[str | None, str], str]:
    """Return what the rows of tables come to, by recording and table."""
    totals: dict[tuple[str | None, str], int] = {}
    for table in tables:
        found = connection.execute(
            f"SELECT {SEALED[table] or 'NULL'}, {COLUMNS.get(table, '*')} FROM {table}"
        )
        for identity, *row in found:
            totals[identity, table] = totals.get((identity, table), 0) + row_digest(row)
    return {key: written(total) for key, total in totals.items()}


def seal_widened(
    connection: sqlite3.Connection, before: Mapping[tuple[str | None, str], str]
) -> None:
    """Seal anew the tables that were given more columns.

    before : what their rows came to. A seal that was broken then stays broken.
    """
    for (identity, table), seal in seals_now(connection, WIDENED).items():
        connection.execute(
            "UPDATE seal SET sha256 = ? WHERE recording_id IS ? AND rows_of = ? AND sha256 = ?",
            (seal, identity, table, before[identity, table]),
        )
