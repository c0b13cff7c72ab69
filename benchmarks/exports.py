"""A hundred calls of an hour each as files: how long each format takes, and all that are text.

python -m benchmarks.exports [--recordings 100] [--keep FOLDER]

The calls are made of the words of the two samples, said by two people at the pace of speech, with
names, topics, questions and highlights; they are stored as `relisten process` stores them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import head, row
from pipeline.highlights import Highlight
from pipeline.library import Library
from pipeline.recording import Layout, Recording
from pipeline.transcript import (
    Annotation,
    Answer,
    Entity,
    Keyphrase,
    Made,
    Mention,
    Question,
    Segment,
    SpeakerSpan,
    Speech,
    Turn,
    Word,
    word_offsets,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RECORDINGS = 100
HOUR, WORDS = 3600.0, 9_000
TURN = 13  # words, on average
ENTITIES, PHRASES, QUESTIONS, HIGHLIGHTS = 500, 60, 120, 20
TOPICS = 1_000  # of all calls together
LABELS = ("PERSON", "ORG", "GPE", "MONEY", "DATE")
TEXTS = ("txt", "md", "json", "srt", "vtt", "csv", "rttm", "ctm", "stm", "textgrid", "eaf", "otr")
OTHERS = ("html", "docx", "pdf", "xlsx", "qdpx")
SAMPLES = Path(__file__).parent.parent / "data" / "samples"
PROJECT = "acme"
MADE = Made("benchmark", "1")


def said() -> list[str]:
    """Return the words of the samples, one after another."""
    told = [json.loads(each.read_text(encoding="utf-8")) for each in _references()]
    return [word for turns in told for each in turns for word in each["text"].split()]


def _references() -> list[Path]:
    return sorted(SAMPLES.glob("*.turns.json"))


def fill(folder: Path, recordings: int) -> None:
    """Make a library of so many calls."""
    texts = said()
    with Library(folder, create=True) as library:
        for number in range(recordings):
            _store(library, number, texts)


def _store(library: Library, number: int, texts: Sequence[str]) -> None:
    drawn = random.Random(number)
    kept = _recording(number)
    turns = tuple(turns_of(texts, drawn))
    library.put(kept)
    spans = [SpeakerSpan(each.start, each.end, str(each.speaker), 0) for each in turns]
    segments = tuple(Segment(each.start, each.end, each.words, 0, "en") for each in turns)
    library.store_speech(kept.id, Speech("en", segments), MADE)
    library.store_speakers(kept.id, spans, (), MADE)
    library.store_turns(kept.id, turns, MADE)
    library.store_annotation(kept.id, annotation_of(turns, drawn), MADE)
    library.add_highlights(kept.id, list(_highlights(turns, drawn)))


def _recording(number: int) -> Recording:
    return Recording(
        id=f"{number * 2654435761 % 2**32:08x}{number:056x}",
        path=Path(f"call {number:03}.wav").absolute(),
        title=f"call {number:03}",
        duration=HOUR,
        channels=2,
        sample_rate=16_000,
        codec="pcm_s16le",
        size=1,
        layout=Layout.CHANNEL_PER_SPEAKER,
        recorded_at="2026-09-01T10:00:00",
        recorded_at_from="name",
        project=PROJECT,
    )


def turns_of(texts: Sequence[str], drawn: random.Random) -> Iterator[Turn]:
    """Yield an hour's turns of two people, one after the other."""
    left, time_now, number = WORDS, 0.0, 0
    pace = 0.95 * HOUR / WORDS
    while left > 0:
        count = min(left, 1 + int(drawn.expovariate(1 / TURN)))
        begin = drawn.randrange(len(texts) - count)
        words = []
        for text in texts[begin : begin + count]:
            length = round(pace * drawn.uniform(0.4, 1.4), 3)
            end = round(time_now + length, 3)
            words.append(Word(round(time_now, 3), end, text, round(drawn.random(), 4)))
            time_now = end + drawn.choice((0.0, 0.0, 0.04))
        yield Turn.of("interviewer" if number % 2 else "customer", words)
        left, number, time_now = left - count, number + 1, time_now + 0.1


def annotation_of(turns: Sequence[Turn], drawn: random.Random) -> Annotation:
    """Return names, topics and questions at words drawn by lot."""
    entities = [
        Entity(text, drawn.choice(LABELS), place)
        for text, place in (_drawn(turns, drawn) for _ in range(ENTITIES))
    ]
    entities.sort(key=lambda each: each.mention.start)
    phrases = []
    for number, topic in enumerate(drawn.sample(range(TOPICS), PHRASES)):
        places = (_drawn(turns, drawn)[1] for _ in range(1 + number % 9))
        mentions = sorted(places, key=lambda each: each.start)
        called, rank = f"topic {topic}", 1 - number / PHRASES
        phrases.append(Keyphrase(called, rank, tuple(mentions), lemma=called))
    asked = (_drawn(turns[:-1], drawn)[1] for _ in range(QUESTIONS))
    questions = [
        Question(each, True, Answer(answer.start, answer.end, each.turn + 1, each.turn + 1))
        for each in sorted(asked, key=lambda each: each.start)
        if (answer := turns[each.turn + 1])
    ]
    return Annotation(tuple(entities), tuple(phrases), tuple(questions))


def _drawn(turns: Sequence[Turn], drawn: random.Random) -> tuple[str, Mention]:
    """Return a word drawn by lot, and where it stands."""
    place = drawn.randrange(len(turns))
    words = turns[place].words
    chosen = drawn.randrange(len(words))
    begin, word = word_offsets(words)[chosen], words[chosen]
    return word.text, Mention(word.start, word.end, place, begin, begin + len(word.text))


def _highlights(turns: Sequence[Turn], drawn: random.Random) -> Iterator[Highlight]:
    for number in range(HIGHLIGHTS):
        turn = drawn.choice(turns)
        tags = (drawn.choice(("pricing", "churn", "onboarding")),)
        yield Highlight(turn.start, turn.end, 0, turn.text, tags, "ask again", number % 5 == 0)


def seconds(library: Path, formats: Sequence[str], folder: Path) -> tuple[float, float, float]:
    """Return how long the command takes, what it computes, and the megabytes that it writes."""
    program = [str(Path(sys.executable).with_name("relisten")), "--library", str(library)]
    asked = ["export", "--project", PROJECT, "--format", ",".join(formats), "-o", str(folder)]
    silent = ["--no-audio"] if {"html", "qdpx"} & set(formats) else []
    began, before = time.perf_counter(), os.times()
    subprocess.run([*program, *asked, *silent], check=True, capture_output=True)
    after, took = os.times(), time.perf_counter() - began
    written = sum(each.stat().st_size for each in folder.iterdir())
    shutil.rmtree(folder)
    computed = (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )
    return took, computed, written / 1e6


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--recordings", type=int, default=RECORDINGS)
    parser.add_argument("--keep", type=Path, help="make the library here, or use the one there")
    typed = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        library = (typed.keep or Path(scratch) / "library").absolute()
        if not library.exists():
            fill(library, typed.recordings)
        print(f"{typed.recordings} calls of an hour, {WORDS:,} words each.\n")
        print(head("format", "seconds", "of CPU", "MB"))
        asked = {each: (each,) for each in (*TEXTS, *OTHERS)}
        for name, formats in {"all that are text, at once": TEXTS, **asked}.items():
            took, computed, size = seconds(library, formats, Path(scratch) / "out")
            print(row(name, f"{took:.1f}", f"{computed:.1f}", f"{size:.0f}"), flush=True)


if __name__ == "__main__":
    main()
