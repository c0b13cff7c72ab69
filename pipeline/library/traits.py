"""What filters ask of a turn, kept narrow beside it, so that very many are looked at in no time.

A row of `turn` is a thousand bytes, most of them its words' times; one of `turn_trait` is thirty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NUMBERED = "INSERT OR IGNORE INTO recording_number (recording_id) VALUES (?1)"
PLACED = (
    "UPDATE recording_number SET (first, last) = (SELECT CASE WHEN min(id - position) = "
    "max(id - position) THEN min(id) END, max(id) FROM turn WHERE recording_id = ?1) "
    "WHERE recording_id = ?1"
)
DROPPED = "DELETE FROM turn_trait WHERE id IN (SELECT id FROM turn WHERE recording_id = ?1)"
NOTED = (
    "WITH named AS MATERIALIZED (SELECT turn, group_concat(DISTINCT label) AS labels FROM entity "
    "WHERE recording_id = ?1 GROUP BY turn) "
    "INSERT INTO turn_trait SELECT turn.id, number, turn.position, turn.speaker, role, "
    "turn.position IN (SELECT turn FROM question WHERE recording_id = ?1), "
    "EXISTS (SELECT 1 FROM question WHERE recording_id = ?1 "
    "AND turn.position BETWEEN answer_first AND answer_last), coalesce(labels, '') "
    "FROM turn JOIN recording_number ON recording_number.recording_id = turn.recording_id "
    "LEFT JOIN talk ON talk.recording_id = turn.recording_id AND talk.speaker = turn.speaker "
    "LEFT JOIN named ON named.turn = turn.position WHERE turn.recording_id = ?1"
)


def note_traits(run: Callable[..., object], identity: str) -> None:
    """Note of each turn of a recording what filters ask for, as the library has it now.

    run : runs a statement of SQL with values, in a transaction.
    """
    for statement in (NUMBERED, PLACED, DROPPED, NOTED):
        run(statement, (identity,))


def fill_traits(run: Callable[..., Iterable[Any]]) -> None:
    """Note it of all turns, in a library that was made without; `run` returns the rows, too."""
    for (identity,) in list(run("SELECT id FROM recording")):
        note_traits(run, identity)
