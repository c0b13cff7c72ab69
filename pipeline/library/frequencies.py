"""How many turns have the words of a search, estimated from those that were added last."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.library.database import Database

SAMPLE = 1_000  # turns with a word of which it is estimated
MOST_WORDS = 20  # words of which it is
WORD = re.compile(r'"([^"]*)"( ?\*)?')


class Frequencies:
    """How often words are said in a library's database."""

    _database: Database

    def _postings(self, expression: str) -> float:
        """Return about how many turns have each of the words of an FTS5 expression, in all.

        What is found is looked for among so many.
        """
        words = dict.fromkeys(
            f'"{word}"{match[2] or ""}'
            for match in WORD.finditer(expression)
            for word in match[1].split()
        )
        (row,) = self._database.read("SELECT max(id) AS last FROM turn")
        last = row["last"] or 0
        return sum(self._with_word(word, last) for word in list(words)[:MOST_WORDS])

    def _with_word(self, word: str, last: int) -> float:
        found = self._database.read(
            "SELECT rowid FROM turn_text WHERE turn_text MATCH ? "
            "ORDER BY rowid DESC LIMIT 1 OFFSET ?",
            (word, SAMPLE - 1),
        )
        return SAMPLE * last / (last - found[0]["rowid"] + 1) if found else 0
