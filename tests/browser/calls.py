"""A small library to look at in a browser: a call of two people with sound, and one of nobody told.

Every word takes 0.3 s and is followed by 0.05 s without one: a test knows what is said when.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.audio import SAMPLE_RATE, Audio
from pipeline.highlights import Highlight
from pipeline.listening_copy import made_of, write_copies
from pipeline.recording import Layout
from pipeline.transcript import (
    Annotation,
    Answer,
    Entity,
    Keyphrase,
    Mention,
    Question,
    Segment,
    SpeakerSpan,
    Speech,
    Turn,
    Word,
)
from tests import sounds
from tests.libraries import MADE, recording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pipeline.library import Library
    from pipeline.recording import Recording

STEP, LASTS = 0.35, 0.3  # seconds from word to word, and of each
NORA, RAY = "Nora", "Ray"
CHANNELS = {NORA: 0, RAY: 1}
FIRST, SECOND = "ab" * 32, "cd" * 32
DURATION, SHORT = 48.0, 6.0
SAID: tuple[tuple[float, str, str], ...] = (
    (1.0, NORA, "Hello Ray, how did you first hear about Fernhop?"),
    (5.0, RAY, "My sister found it in a café in Duluth, and paid $450 for a year."),
    (12.0, NORA, "What did the price mean to you?"),
    (15.0, RAY, "The price was fine. The paper was not, as paper got lost every week."),
    (27.0, NORA, "What then?"),
    (28.0, RAY, "So I called Colin, and Colin built us a bike type."),
    (33.0, NORA, "Would you pay the price again?"),
    (36.0, RAY, "Yes, I would pay the price again, and I would pay it twice."),
)


def turn(start: float, speaker: str | None, text: str) -> Turn:
    """Return a turn whose words follow each other in steps."""
    words = [
        Word(round(start + STEP * place, 3), round(start + STEP * place + LASTS, 3), word)
        for place, word in enumerate(text.split())
    ]
    sure = None if speaker is None else 1.0
    return Turn.of(speaker, [replace(word, speaker_probability=sure) for word in words])


TURNS = tuple(turn(*said) for said in SAID)


def mention(position: int, text: str, after: int = 0, turns: Sequence[Turn] = TURNS) -> Mention:
    """Return where a text stands in a turn, from a character on."""
    start = turns[position].text.index(text, after)
    span = turns[position].span_of(start, start + len(text))
    return Mention(span.start, span.end, position, start, start + len(text))


def question(position: int, text: str, answer: int) -> Question:
    """Return a question that the whole of another turn answers."""
    said = TURNS[answer]
    return Question(mention(position, text), True, Answer(said.start, said.end, answer, answer))


def annotation() -> Annotation:
    """Return what is found in the call."""
    prices = (mention(2, "price"), mention(3, "price"), mention(6, "price"), mention(7, "price"))
    return Annotation(
        entities=(
            Entity("Ray", "PERSON", mention(0, "Ray")),
            Entity("Fernhop", "ORG", mention(0, "Fernhop")),
            Entity("Duluth", "GPE", mention(1, "Duluth")),
            Entity("$450", "MONEY", mention(1, "$450"), value="USD 450"),
            Entity("Colin", "PERSON", mention(5, "Colin")),
            Entity("Colin", "PERSON", mention(5, "Colin", after=20)),
        ),
        keyphrases=(
            Keyphrase("price", 1.0, prices, "price"),
            Keyphrase("paper", 0.8, (mention(3, "paper"), mention(3, "paper", 30)), "paper"),
        ),
        questions=(
            question(0, "how did you first hear about Fernhop?", 1),
            question(2, "What did the price mean to you?", 3),
            question(6, "Would you pay the price again?", 7),
        ),
    )


def talk(duration: float, turns: Sequence[Turn], channels: int) -> NDArray[np.int16]:
    """Return something like speech while somebody speaks: (n_samples, n_channels)."""
    sound = np.zeros((round(duration * SAMPLE_RATE), channels), dtype=np.float32)
    for seed, each in enumerate(turns):
        channel = min(CHANNELS.get(each.speaker or "", 0), channels - 1)
        heard = sounds.speech(each.duration, level=0.2, seed=seed)
        start = round(each.start * SAMPLE_RATE)
        sound[start : start + len(heard), channel] = heard
    return (sound * 32_000).astype(np.int16)


def put(library: Library, kept: Recording, turns: Sequence[Turn], *, sound: bool = True) -> None:
    """Put a recording into a library as if heard just so, by channel where it has two."""
    library.put(kept)
    split = kept.layout is Layout.CHANNEL_PER_SPEAKER
    channels = {name: number if split else None for name, number in CHANNELS.items()}
    segments = tuple(
        Segment(each.start, each.end, each.words, channels.get(each.speaker or ""))
        for each in turns
    )
    spans = [
        SpeakerSpan(each.start, each.end, each.speaker, channels.get(each.speaker))
        for each in turns
        if each.speaker
    ]
    library.store_speech(kept.id, Speech("en", segments), MADE)
    library.store_speakers(kept.id, spans, (), MADE)
    library.store_turns(kept.id, turns, MADE)
    if sound:
        put_sound(library, kept, talk(kept.duration, turns, kept.channels))


def put_sound(library: Library, kept: Recording, samples: NDArray[np.int16]) -> None:
    """Give a recording the copy and the waveform of a sound."""
    with closing(Audio.from_blocks([samples])) as audio:
        write_copies(audio, library.copy_path(kept.id), library.peaks_path(kept.id))
        library.store_copy(kept.id, made_of(audio))


def call(identity: str, title: str, duration: float, **fields: Any) -> Recording:
    """Return a recording that lies nowhere."""
    return recording(identity, title=title, duration=duration, **fields)


def fill_library(library: Library) -> None:
    """Put both recordings into a library, with a mark in the first."""
    first = call(FIRST, "Ray on the bike shop", DURATION, project="fernhop", sample_rate=16_000)
    put(library, first, TURNS)
    library.store_annotation(FIRST, annotation(), MADE)
    paper = mention(3, "The paper was not")
    marked = Highlight(paper.start, paper.end, 0, "The paper was not", ("paper",), "ask for more")
    library.add_highlights(FIRST, [marked])
    second = call(SECOND, "Nobody told apart", SHORT, layout=Layout.MONO, channels=1)
    put(library, second, (turn(1.0, None, "Nobody knows who says the price of this."),))
    library.store_annotation(SECOND, Annotation(), MADE)
