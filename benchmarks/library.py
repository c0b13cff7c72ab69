"""A library of 10,000 recordings: how long the commands that people type every day take on it.

python -m benchmarks.library [--recordings 10000] [--keep FOLDER]

Some recordings of 100 turns are stored as `relisten process` stores them; the others are their
rows under other names. Each has a file of some bytes in one folder, and a listening copy of some.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from benchmarks import start
from benchmarks.figures import head, row
from pipeline.library import STAGES, Library
from pipeline.library.database import FILE_NAME
from pipeline.library.traits import note_traits
from pipeline.transcript import (
    Annotation,
    Entity,
    Keyphrase,
    Made,
    Mention,
    Question,
    Segment,
    SpeakerSpan,
    Speech,
)

RECORDINGS, TURNS = 10_000, 100
PATTERNS = 50  # recordings that are stored one by one, for the others to be like
PROJECTS, TAGS = 40, 6
RUNS = 5
SOUND = b"RIFF"  # what is in each file: nothing reads it
MADE = Made("faster-whisper", "1", "base", "00ff", (("channels", "0,1"), ("language", "en")))
TOLD = Made(
    "relisten", "1", options=(("channel_names", "interviewer,customer"), ("channels", "0,1"))
)
# What a recording is put together of, beside its own row.
TABLES: tuple[str, ...] = (
    "stage",
    "segment",
    "speaker_span",
    "turn",
    "talk",
    "entity",
    "keyphrase",
)
TABLES += ("keyphrase_mention", "question")


def make(library: Path, calls: Path, recordings: int = RECORDINGS) -> None:
    """Make a library of recordings that are all done, and their files."""
    with Library(library, create=True) as opened:
        for number in range(min(PATTERNS, recordings)):
            store(opened, number, calls)
    with closing(sqlite3.connect(library / FILE_NAME)) as file, file:
        file.execute("PRAGMA synchronous = OFF")
        for number in range(PATTERNS, recordings):
            repeat(file, number, calls)
        for number in range(recordings):
            file_away(file, number, library, calls)


def identity(number: int) -> str:
    """Return the id of a recording; ids begin as differently as hashes do."""
    return f"{number * 2654435761 % 2**32:08x}{number:056x}"


def store(library: Library, number: int, calls: Path) -> None:
    """Take a recording through all stages but the copy, as they store what they find."""
    made = start.recording(identity(number), f"call {number:05}")
    library.put(replace(made, path=path_of(number, calls), size=len(SOUND)))
    turns = [start.turn(number, each) for each in range(TURNS)]
    heard = tuple(Segment(turn.start, turn.end, turn.words, 0, "en") for turn in turns)
    spans = [SpeakerSpan(turn.start, turn.end, str(turn.speaker), 0) for turn in turns]
    library.store_speech(made.id, Speech("en", heard), MADE)
    library.store_speakers(made.id, spans, (), TOLD)
    library.store_turns(made.id, turns, TOLD)
    places = [Mention(turn.start, turn.end, each, 0, 4) for each, turn in enumerate(turns[:10])]
    entities = tuple(Entity("word", "ORG", place) for place in places)
    phrases = tuple(Keyphrase(f"phrase {n}", 0.5, (place,)) for n, place in enumerate(places))
    made_of = Made("spacy", "1", "en_core_web_sm", options=(("language", "en"),))
    asked = tuple(Question(place, open=True) for place in places)
    library.store_annotation(made.id, Annotation(entities, phrases, asked), made_of)
    library.store_meaning(made.id, None, Made("none", "", options=(("language", "en"),)))


def path_of(number: int, calls: Path) -> Path:
    """Return where a recording lies."""
    return calls / f"call {number:05}.wav"


def repeat(file: sqlite3.Connection, number: int, calls: Path) -> None:
    """Put a recording into the library that is like one of the patterns."""
    like = identity(number % PATTERNS)
    given = {"id": identity(number), "title": f"call {number:05}"}
    given["path"] = str(path_of(number, calls))
    copy_rows(file, "recording", ("id", like), given)
    for table in TABLES:
        copy_rows(file, table, ("recording_id", like), {"recording_id": identity(number)})
    note_traits(file.execute, identity(number))


def copy_rows(
    file: sqlite3.Connection, table: str, of: tuple[str, str], given: dict[str, str]
) -> None:
    """Copy the rows of a recording in a table, with other values in some columns."""
    own = "id" if table == "turn" else ""  # SQLite numbers these
    names = [each[1] for each in file.execute(f"PRAGMA table_info ({table})") if each[1] != own]
    values = ", ".join("?" if name in given else f'"{name}"' for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    file.execute(
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE {of[0]} = ?",
        (*(given[name] for name in names if name in given), of[1]),
    )


def file_away(file: sqlite3.Connection, number: int, library: Path, calls: Path) -> None:
    """File a recording under a project and tags, and make its file and its listening copy."""
    own, path = identity(number), path_of(number, calls)
    path.write_bytes(SOUND)
    found = path.stat()
    day = f"20{10 + number % 16}-{1 + number % 12:02}-{1 + number % 28:02}T10:00:00"
    project = f"Project {number % PROJECTS}"
    file.execute(
        "UPDATE recording SET project = ?, recorded_at = ? WHERE id = ?", (project, day, own)
    )
    seen = (str(path), own, found.st_size, found.st_mtime_ns, day)
    file.execute("INSERT INTO place VALUES (?, ?, ?, ?, ?)", seen)
    tag = f"tag {number % TAGS}"
    file.execute("INSERT INTO tag VALUES (?, ?, ?)", (own, tag, tag))
    copies = library / "copies"
    copies.mkdir(exist_ok=True)
    for suffix in (".opus", ".dat"):
        (copies / f"{own}{suffix}").write_bytes(SOUND)
    file.execute("INSERT INTO listening_copy VALUES (?, 4, '', 4, '')", (own,))
    copied = file.execute("SELECT made FROM stage WHERE name = 'attribute'").fetchone()
    file.execute("INSERT INTO stage VALUES (?, ?, ?, ?)", (own, STAGES[-1], *copied, day))


def seconds(arguments: list[str]) -> tuple[float, float]:
    """Return the median time of a command, and of what it computed, after one run not counted."""
    times, computed = [], []
    for _ in range(RUNS + 1):
        began, before = time.perf_counter(), os.times()
        subprocess.run(arguments, check=True, capture_output=True)
        after = os.times()
        times.append(time.perf_counter() - began)
        computed.append(
            after.children_user
            + after.children_system
            - before.children_user
            - before.children_system
        )
    return statistics.median(times[1:]), statistics.median(computed[1:])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--recordings", type=int, default=RECORDINGS)
    parser.add_argument("--keep", type=Path, help="make the library here, or use the one there")
    typed = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = (typed.keep or Path(scratch)).absolute()
        library, calls = folder / "library", folder / "calls"
        if not library.exists():
            calls.mkdir(parents=True)
            make(library, calls, typed.recordings)
        report(library, calls, typed.recordings)


def report(library: Path, calls: Path, recordings: int) -> None:
    """Print how long the commands take."""
    size = sum(each.stat().st_size for each in library.glob(f"{FILE_NAME}*"))
    print(
        f"Seconds as whole processes, the median of {RUNS}; {recordings:,} recordings of {TURNS} "
        f"turns, {size / 1e9:.1f} GB.\n"
    )
    print(head("command", "seconds", "of CPU"))
    program = [str(Path(sys.executable).with_name("relisten")), "--library", str(library)]
    for name, arguments in {
        "list": ["list"],
        "list --project": ["list", "--project", "project 7"],
        "status": ["status"],
        "projects": ["projects"],
        "search, two words": ["search", "word17 expensive"],
        "search, a word of every tenth turn": ["search", "expensive"],
        "show": ["show", "call 00123"],
        "process, all done": ["process", str(calls)],
    }.items():
        figures = [f"{each:.2f}" for each in seconds([*program, *arguments])]
        print(row(f"`{name}`", *figures), flush=True)


if __name__ == "__main__":
    main()
