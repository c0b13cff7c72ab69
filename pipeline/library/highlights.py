"""Passages that a person marked: kept until they are taken away by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.errors import Changed, NotFound
from pipeline.highlights import Highlight
from pipeline.library import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from sqlite3 import Row

    from pipeline.library.database import Database
    from pipeline.transcript import Span, Turn

TWICE = timedelta(minutes=1)  # within which the same is the same, sent again


class Highlights:
    """The highlights in a library's database."""

    _database: Database

    def highlights(self, identity: str) -> tuple[Highlight, ...]:
        """Return the highlights of a recording, by start."""
        query = 'SELECT * FROM highlight WHERE recording_id = ? ORDER BY start, "end", number'
        return tuple(_to_highlight(row) for row in self._database.read(query, (identity,)))

    def highlighted(self) -> dict[str, tuple[Highlight, ...]]:
        """Return the highlights of all recordings that have any, by their ids."""
        query = "SELECT DISTINCT recording_id AS id FROM highlight ORDER BY id"
        return {row["id"]: self.highlights(row["id"]) for row in self._database.read(query)}

    def turns_within(self, identity: str, span: Span) -> dict[int, Turn]:
        """Return the turns that are going on in a passage, by their positions."""
        query = (
            'SELECT * FROM turn WHERE recording_id = ? AND start <= ? AND "end" >= ? '
            "ORDER BY position"
        )
        found = self._database.read(query, (identity, span.end, span.start))
        return {row["position"]: rows.to_turn(row) for row in found}

    def add_highlights(self, identity: str, made: Iterable[Highlight]) -> tuple[Highlight, ...]:
        """Keep new highlights of a recording, numbered on; return them as they are kept.

        One that was kept a moment ago is not kept twice: it was sent again, as its answer was lost.
        """
        with self._database.atomic():
            return tuple([self._added(identity, _rounded(each)) for each in made])

    def _added(self, identity: str, new: Highlight) -> Highlight:
        since, same = _now(TWICE), replace(new, number=0, made_at="", changed_at="")
        for known in self.highlights(identity):
            nameless = replace(known, number=0, made_at="", changed_at="")
            if known.made_at >= since and nameless == same:
                return known
        query = "SELECT coalesce(max(number), 0) + 1 AS next FROM highlight WHERE recording_id = ?"
        number = int(self._database.read(query, (identity,))[0]["next"])
        time = _now()
        kept = replace(new, number=number, made_at=time, changed_at=time)
        self._put_highlight(identity, kept)
        return kept

    def change_highlight(
        self, identity: str, number: int, was: str, change: Callable[[Highlight], Highlight]
    ) -> Highlight:
        """Change a highlight that nobody has changed since it `was`; return it as it is kept.

        Raises NotFound where there is none, Changed where somebody has.
        """
        with self._database.atomic():
            stood = self._unchanged(identity, number, was)
            kept = _rounded(
                replace(change(stood), number=number, made_at=stood.made_at, changed_at=_now())
            )
            self._drop_highlight(identity, number)
            self._put_highlight(identity, kept)
        return kept

    def remove_highlight(self, identity: str, number: int, was: str | None = None) -> Highlight:
        """Take a highlight away; return what it was. Raises as `change_highlight` does."""
        with self._database.atomic():
            stood = self._unchanged(identity, number, was)
            self._drop_highlight(identity, number)
        return stood

    def _unchanged(self, identity: str, number: int, was: str | None) -> Highlight:
        found = self._database.read(
            "SELECT * FROM highlight WHERE recording_id = ? AND number = ?", (identity, number)
        )
        if not found:
            raise NotFound(
                f"there is no highlight {number} in {identity[:8]}. See them: relisten highlights"
            )
        stands = _to_highlight(found[0])
        if was is not None and stands.changed_at != was:
            raise Changed(
                f"highlight {number} was changed elsewhere since it was shown here. "
                "Look at it as it is now, then change it again.",
                stands.note or ", ".join(stands.tags) or stands.text,
            )
        return stands

    def _put_highlight(self, identity: str, highlight: Highlight) -> None:
        marks = ", ".join("?" * 10)
        self._database.write(
            f"INSERT INTO highlight VALUES ({marks})", (identity, *_from_highlight(highlight))
        )

    def _drop_highlight(self, identity: str, number: int) -> None:
        self._database.write(
            "DELETE FROM highlight WHERE recording_id = ? AND number = ?", (identity, number)
        )


def _now(ago: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) - ago).isoformat(timespec="microseconds")


def _rounded(highlight: Highlight) -> Highlight:
    return replace(highlight, start=rows.seconds(highlight.start), end=rows.seconds(highlight.end))


def _from_highlight(highlight: Highlight) -> tuple[Any, ...]:
    """Return the columns of `highlight` after the recording's id."""
    return (
        highlight.number,
        highlight.start,
        highlight.end,
        highlight.text,
        rows.from_names(highlight.tags),
        highlight.note,
        int(highlight.starred),
        highlight.made_at,
        highlight.changed_at,
    )


def _to_highlight(row: Row) -> Highlight:
    """Return the highlight of a row."""
    return Highlight(
        row["start"],
        row["end"],
        row["number"],
        row["text"],
        rows.to_names(row["tags"]),
        row["note"],
        bool(row["starred"]),
        row["made_at"],
        row["changed_at"],
    )
