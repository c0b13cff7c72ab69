"""What version 5 of the schema added to rows that were there: their values, and their seals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.filing import folded
from pipeline.library.roles import fill_roles
from pipeline.library.seals import WIDENED, row_digest, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pipeline.library.database import Database

    Seals = dict[tuple[str | None, str], str]

PLAINLY = (
    "UPDATE entity SET name = text, folded = casefold(text) WHERE folded = ''",
    "UPDATE keyphrase SET lemma = casefold(text) WHERE lemma = ''",
)
NAMES = "SELECT DISTINCT text FROM entity"
ACCENTED = "UPDATE entity SET folded = ? WHERE text = ?"


def fill_widened(run: Callable[..., Iterable[Any]]) -> None:
    """Give the rows of entities, keyphrases and talk what they had no columns for before."""
    for statement in PLAINLY:
        run(statement)
    for (name,) in list(run(NAMES)):
        if not name.isascii():
            run(ACCENTED, (folded(name), name))
    fill_roles(run)


def widened(columns: Mapping[str, Sequence[str]], new: Database, sealed: Seals) -> Seals:
    """Fill what rows that were saved have columns for now; return the seals as they are with those.

    columns : of the tables as they were. sealed : as they stand in the older library. Rows that
    are not what was sealed keep the seal that tells so.
    """
    with new.atomic():
        before = _by_columns(new, columns)
        fill_widened(new.read)
    found = new.read("SELECT recording_id, rows_of, sha256 FROM seal")
    now = {(row["recording_id"], row["rows_of"]): row["sha256"] for row in found}
    right = {key for key, seal in before.items() if sealed.get(key) == seal}
    return {key: now[key] if key in right else seal for key, seal in sealed.items()}


def _by_columns(new: Database, columns: Mapping[str, Sequence[str]]) -> Seals:
    """Return what rows come to by some columns of their tables."""
    totals: dict[tuple[str | None, str], int] = {}
    for table in filter(columns.get, WIDENED):
        listed = ", ".join(f'"{column}"' for column in columns[table])
        for identity, *row in new.each(f"SELECT recording_id, {listed} FROM {table}"):
            totals[identity, table] = totals.get((identity, table), 0) + row_digest(row)
    return {key: written(total) for key, total in totals.items()}
