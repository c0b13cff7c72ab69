"""The library's index of words, alone and in memory, and what a query finds in it."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from importlib import resources
from typing import TYPE_CHECKING

from pipeline.query import parse

if TYPE_CHECKING:
    from collections.abc import Iterable


def tokenizer() -> str:
    """Return how the library's index cuts text, as its schema says."""
    schema = (resources.files("pipeline.library") / "schema.sql").read_text(encoding="utf-8")
    (said,) = re.findall(r"tokenize = ('.*')\n", schema)
    return str(said)


def index(texts: Iterable[str]) -> sqlite3.Connection:
    """Return an index in which each text is a turn."""
    made = sqlite3.connect(":memory:")
    made.execute(f"CREATE VIRTUAL TABLE said USING fts5 (text, tokenize = {tokenizer()})")
    made.executemany("INSERT INTO said (text) VALUES (?)", ((text,) for text in texts))
    return made


def having(made: sqlite3.Connection, expression: str) -> list[str]:
    """Return the texts in an index that an expression of FTS5 finds."""
    rows = made.execute("SELECT text FROM said WHERE said MATCH ? ORDER BY rowid", (expression,))
    return [text for (text,) in rows]


def matching(texts: Iterable[str], expression: str) -> list[str]:
    """Return those of some texts that an expression of FTS5 finds."""
    with closing(index(texts)) as made:
        return having(made, expression)


def finds(query: str, text: str) -> bool:
    """Tell whether a query finds a text."""
    return bool(matching([text], parse(query).expression))
