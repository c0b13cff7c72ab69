"""The stage that tells what passages mean, from the library's turns alone, without any sound."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Protocol

import numpy as np

from pipeline.meaning.passages import Meaning, passages, text_of
from pipeline.questions import find_questions
from pipeline.transcript import Made

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt

    from models.sentences import Floats, SentenceModel
    from pipeline.library import Library
    from pipeline.meaning.passages import Passage
    from pipeline.recording import Recording
    from pipeline.telling import Able
    from pipeline.transcript import Turn

    Codes = npt.NDArray[np.uint8]
    Rounded = npt.NDArray[np.int8]

UNEMBEDDED = "none"  # the engine where nothing tells what is meant
LANGUAGES = frozenset({"en"})  # that the model was trained on
NO_MODEL = "no model to search by meaning. Run: relisten models pull sentences"
AROUND = 0.5  # of what a passage means is taken from it and its neighbours in the turn
NEIGHBOURS = 1  # passages on either side
ANSWERING = 0.35  # of what a passage means is taken from it after the question that it answers
LARGEST = 127  # of int8
TINY = 1e-12  # above 0, to divide by


class Embedders(Protocol):
    """The model that tells what sentences mean."""

    @property
    def sentences(self) -> SentenceModel | None:
        """None where its weights are not on this machine."""
        ...


def embed_kept(recording: Recording, library: Library, engines: Embedders) -> None:
    """Tell what the passages of a recording mean, in the place of what was told before."""
    library.store_meaning(recording.id, *meaning_told(recording, library, engines))


def meaning_told(
    recording: Recording, library: Library, engines: Embedders
) -> tuple[Meaning | None, Made]:
    """Return what the passages of a recording mean, None where nothing tells, and what told it."""
    language = library.language(recording.id) or ""
    model = engines.sentences if language in LANGUAGES else None
    if model is not None:
        meaning, made = meaning_of(library.turns(recording.id), model), model.made
    else:
        meaning, made = None, Made(UNEMBEDDED, "", notes=(_why_not(language),))
    return meaning, made.with_options(language=language)


def _why_not(language: str) -> str:
    if not language:
        return "nobody speaks"
    only_english = f"only English is searched by meaning, and this is {language!r}"
    return NO_MODEL if language in LANGUAGES else only_english


def why_embedded_again(before: Made, engines: Able) -> str:
    """Say why passages are to be embedded now, where they could not be before; "" if not."""
    unread = before.engine == UNEMBEDDED and dict(before.options).get("language") in LANGUAGES
    able = unread and engines.sentences is not None
    return "there is a model to search by meaning now" if able else ""


def embed_again(
    recordings: Iterable[Recording], library: Library, engines: Embedders
) -> Iterator[tuple[Recording, str]]:
    """Embed recordings anew; yield each, with the reason where nothing can be found in it."""
    for recording in recordings:
        if "attribute" not in library.made(recording.id):
            yield recording, "it is not transcribed yet"
        elif engines.sentences is None:  # what is there already would only be lost
            yield recording, NO_MODEL
        else:
            embed_kept(recording, library, engines)
            yield recording, "; ".join(library.made(recording.id)["embed"].notes)


def meaning_of(turns: Sequence[Turn], model: SentenceModel) -> Meaning | None:
    """Return what the passages of turns mean, None where there is none."""
    cut = passages(turns)
    if not cut:
        return None
    vectors = embedded(cut, turns, model)
    codes, rounded = codes_of(vectors), rounded_of(vectors)
    return Meaning(model.made.digest, codes.tobytes(), cut, rounded.tobytes())


def embedded(cut: Sequence[Passage], turns: Sequence[Turn], model: SentenceModel) -> Floats:
    """Return what passages mean, with what is said around them and what they answer."""
    texts = [text_of(each, turns) for each in cut]
    asked = answered(turns)
    answers = [place for place, each in enumerate(cut) if each.turn in asked]
    told = [f"{asked[cut[place].turn]} {texts[place]}" for place in answers]
    vectors = model.embed([*texts, *told])
    alone, after = vectors[: len(cut)], vectors[len(cut) :]
    mixed = with_around(alone, cut)
    for place, told_after in zip(answers, after, strict=True):
        mixed[place] = (1 - ANSWERING) * mixed[place] + ANSWERING * told_after
    return _of_length_1(mixed)


def answered(turns: Sequence[Turn]) -> dict[int, str]:
    """Return the question that each turn answers, by its position: "And the price?"."""
    asked: dict[int, str] = {}
    for each in find_questions(turns):
        if each.answer is not None:
            where = each.mention
            text = turns[where.turn].text[where.start_char : where.end_char]
            asked |= dict.fromkeys(range(each.answer.first, each.answer.last + 1), text)
    return asked


def with_around(vectors: Floats, cut: Sequence[Passage]) -> Floats:
    """Return what passages mean with what is said around them in the same turn.

    A part of an answer seldom says by itself what it is about.
    """
    mixed = vectors.copy()
    for _, group in groupby(range(len(cut)), key=lambda place: cut[place].turn):
        own = list(group)
        for place in own:
            near = [each for each in own if abs(each - place) <= NEIGHBOURS]
            around = vectors[near].mean(axis=0)
            mixed[place] = (1 - AROUND) * vectors[place] + AROUND * _of_length_1(around)
    return _of_length_1(mixed)


def _of_length_1(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / lengths, dtype=np.float32)


def codes_of(vectors: Floats) -> Codes:
    """Return the signs of vectors, (n, dimensions / 8) uint8: a bit is set for each above 0."""
    return np.packbits(vectors > 0, axis=1)


def rounded_of(vectors: Floats) -> Rounded:
    """Return vectors as int8, each as large as fits."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    scaled = vectors * (LARGEST / np.maximum(largest, TINY))
    return np.asarray(np.rint(scaled), dtype=np.int8)
