"""Queries asked of a library, timed: as commands ask them, and beside a plain scan and grep."""

from __future__ import annotations

import sqlite3
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.searching.queries import Drawing
from benchmarks.searching.vectors import by_meaning
from pipeline.errors import NotFound
from pipeline.library import EVERYTHING, Library
from pipeline.library.database import FILE_NAME
from pipeline.search import By, find

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.searching.calls import World
    from benchmarks.searching.library import Built
    from benchmarks.searching.queries import Asked
    from models.sentences import SentenceModel
    from pipeline.search.meaning import Meant

PLAIN = "plain.txt"  # every turn in a line, for grep
SCANNED = 3  # phrases
COMMANDS = 5  # runs
WHOLE = ("a rare word", "a common word", "words and meaning mixed", "--like")
# Tables by what they are for; the sizes of their indexes are theirs.
PARTS = {"words, index": "turn_text%", "turns": "turn", "meaning": "meaning%"}


@dataclass(frozen=True, slots=True)
class Measured:
    """What a library of some size comes to.

    That is milliseconds by kind of query with the slowest of each, different words in the index,
    bytes by part, seconds of plain scans, and of whole commands.
    """

    built: Built
    times: dict[str, list[float]]
    slowest: dict[str, str]
    forms: int
    bytes: dict[str, int]
    scans: dict[str, float]
    commands: dict[str, float]


def measure(
    folder: Path, built: Built, world: World, model: SentenceModel | None, rounds: int
) -> Measured:
    """Return how long queries take: each the median of rounds, after one that is not counted."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as file:
        queries = Drawing(world, partial(many, file), built.turns).queries()
        forms, sizes = forms_in(file), bytes_of(file, folder)
        scans = scanned(file, folder, [each.text for each in queries if each.kind == "a phrase"])
    queries = [each for each in queries if model or each.wanted.by is not By.MEANING]
    with Library(folder) as library:
        times = asked(library, queries, model, rounds)
    by_kind: dict[str, list[float]] = defaultdict(list)
    slowest: dict[str, str] = {}
    for query, took in times.items():
        if took >= max(by_kind[query.kind], default=0.0):
            slowest[query.kind] = query.text
        by_kind[query.kind].append(took)
    commands = {each.kind: command(folder, each) for each in first_of(queries)}
    return Measured(built, dict(by_kind), slowest, forms, sizes, scans, commands)


def many(file: sqlite3.Connection, word: str) -> int:
    """Return in how many turns a word or a phrase in quotes stands."""
    phrase = word if word.startswith('"') else f'"{word}"'
    (found,) = file.execute("SELECT count(*) FROM turn_text WHERE turn_text MATCH ?", (phrase,))
    return int(found[0])


def asked(
    library: Library, queries: Sequence[Asked], model: SentenceModel | None, rounds: int
) -> dict[Asked, float]:
    """Return the milliseconds that each query takes."""
    meant = by_meaning(library, model)
    times: dict[Asked, list[float]] = defaultdict(list)
    for _ in range(rounds + 1):
        for query in queries:
            began = time.perf_counter()
            ask(library, query, meant)
            times[query].append(1000 * (time.perf_counter() - began))
    return {query: statistics.median(each[1:]) for query, each in times.items()}


def ask(library: Library, query: Asked, meant: Meant | None) -> None:
    """Ask a query; a page that there is not is an answer too."""
    try:
        find(library, query.text, EVERYTHING, query.wanted, meant)
    except NotFound:
        return


def scanned(file: sqlite3.Connection, folder: Path, phrases: Sequence[str]) -> dict[str, float]:
    """Return the median seconds that plain ways take to count the turns with a phrase."""
    plain = folder / PLAIN
    if not plain.exists():
        with plain.open("w", encoding="utf-8") as written:
            written.writelines(f"{text}\n" for (text,) in file.execute("SELECT text FROM turn"))
    sought = [phrase.strip('"') for phrase in phrases[:SCANNED]]
    like = "SELECT count(*) FROM turn WHERE text LIKE ?"
    return {
        "LIKE": seconds(lambda text: file.execute(like, (f"%{text}%",)).fetchall(), sought),
        "grep": seconds(
            lambda text: subprocess.run(
                ["grep", "-c", "-i", "-F", text, str(plain)], check=False, capture_output=True
            ),
            sought,
        ),
    }


def seconds(run: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return the median time of a run over texts; the first is run once more, before."""
    times = []
    for text in (texts[0], *texts):
        began = time.perf_counter()
        run(text)
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def first_of(queries: Sequence[Asked]) -> list[Asked]:
    """Return one query of each kind that is asked as a whole command too."""
    by_kind = {each.kind: each for each in reversed(queries)}
    return [by_kind[kind] for kind in WHOLE if kind in by_kind]


def command(folder: Path, query: Asked) -> float:
    """Return the median seconds of a query as a command, from nothing to the last line."""
    by = {By.BOTH: [], By.WORDS: ["--words"], By.MEANING: ["--like"]}[query.wanted.by]
    program = str(Path(sys.executable).with_name("relisten"))
    typed = [program, "--library", str(folder), "search", *by, query.text]
    return seconds(
        lambda _: subprocess.run(typed, check=True, capture_output=True), [""] * COMMANDS
    )


def forms_in(file: sqlite3.Connection) -> int:
    """Return how many different words the index has, without their endings."""
    file.execute("CREATE VIRTUAL TABLE temp.forms USING fts5vocab ('main', 'turn_text', 'row')")
    (found,) = file.execute("SELECT count(*) FROM temp.forms").fetchone()
    return int(found)


def bytes_of(file: sqlite3.Connection, folder: Path) -> dict[str, int]:
    """Return the bytes of the library, and of parts of it."""
    whole = sum(path.stat().st_size for path in folder.glob(f"{FILE_NAME}*"))
    parts = {
        name: file.execute(
            "SELECT ifnull(sum(pgsize), 0) FROM dbstat WHERE name LIKE ? OR name IN "
            "(SELECT name FROM sqlite_master WHERE tbl_name LIKE ?)",
            (like, like),
        ).fetchone()[0]
        for name, like in PARTS.items()
    }
    return {"all": whole, **parts}
