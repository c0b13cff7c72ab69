"""A text finds what means the like of it, in the right recording and in the right mouth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.catalog import default_store, load_catalog
from models.sentences import SENTENCES
from pipeline.errors import NotFound
from pipeline.library import EVERYTHING, Filters, Library
from pipeline.meaning import nearness
from pipeline.meaning.embedding import codes_of, embed_kept, rounded_of
from pipeline.meaning.nearness import ASKED as ASKED_LESS
from pipeline.meaning.nearness import Near, Nearness, nearest
from pipeline.meaning.passages import Meaning, Passage
from pipeline.query import Field
from pipeline.search.meaning import LIKE_AT_ALL, nearest_by
from pipeline.transcript import Annotation, Answer, Mention, Question, Span, Turn, Word
from tests.fakes import FakeEngines, FakeSentences
from tests.libraries import MADE, fill, recording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from models.sentences import Floats

MODEL = FakeSentences()
FIRST, SECOND = "ab" * 32, "cd" * 32
COST = "Honestly the monthly cost is far too much."
SNOW = "We have heavy snow here until late April."
ASKED = "What would you change about the cost?"


def turn(start: float, speaker: str, text: str) -> Turn:
    words = (Word(start + n, start + n + 0.9, word) for n, word in enumerate(text.split()))
    return Turn.of(speaker, words)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Two calls of two projects, of which the second has no money in it."""
    with Library(tmp_path / "library", create=True) as library:
        first = recording(FIRST, project="acme", recorded_at="2026-03-01T10:00:00")
        second = recording(SECOND, project="acorn", recorded_at="2026-05-01T10:00:00")
        fill(library, first, turn(0, "Ann", ASKED), turn(10, "Ben", COST))
        fill(
            library, second, turn(0, "Ann", "How is the weather up north?"), turn(10, "Cleo", SNOW)
        )
        for each in (first, second):
            embed_kept(each, library, FakeEngines(sentences=MODEL))
        yield library


def said(library: Library, found: tuple[Near, ...]) -> list[str]:
    texts = [library.turns(each.recording)[each.mention.turn].text for each in found]
    cut = zip(texts, found, strict=True)
    return [text[each.mention.start_char : each.mention.end_char] for text, each in cut]


def test_the_likest_comes_first(library: Library) -> None:
    found = nearest(library, MODEL, "far too much cost")
    assert said(library, found)[0] == COST
    assert [each.likeness for each in found] == sorted((e.likeness for e in found), reverse=True)
    assert len(found) == 4


def test_the_same_words_are_as_like_as_can_be(library: Library) -> None:
    best = nearest(library, MODEL, SNOW, limit=1)[0]
    assert best.likeness == pytest.approx(1, abs=0.05)
    assert (best.recording, best.mention.turn) == (SECOND, 1)
    assert (best.mention.start, best.mention.end) == (10, 17.9)


@pytest.mark.parametrize(
    ("filters", "first"),
    [
        (Filters(project="acorn"), SNOW),
        (Filters(since="2026-04-01"), SNOW),
        (Filters(recording=SECOND), SNOW),
        (Filters(speaker="ann"), ASKED),
        (Filters(speaker="Cleo"), SNOW),
        (Filters(speaker="Ann", project="acme"), ASKED),
    ],
)
def test_filters_hold_whatever_is_likest(library: Library, filters: Filters, first: str) -> None:
    assert said(library, nearest(library, MODEL, f"{COST} {SNOW} cost", filters))[0] == first


def test_nobody_else_is_heard_where_a_speaker_is_named(library: Library) -> None:
    found = nearest(library, MODEL, COST, Filters(speaker="Ann"))
    speakers = {library.turns(each.recording)[each.mention.turn].speaker for each in found}
    assert (speakers, len(found)) == ({"Ann"}, 2)


def test_nothing_goes_by_a_name_that_there_is_not(library: Library) -> None:
    with pytest.raises(NotFound, match="Zoe"):
        nearest(library, MODEL, COST, Filters(speaker="Zoe"))


def test_what_another_model_embedded_is_not_compared(library: Library) -> None:
    assert nearest(library, FakeSentences(digest="00dd"), COST) == ()


def test_what_is_forgotten_is_not_found(library: Library) -> None:
    library.store_turns(FIRST, [], MADE)
    assert {each.recording for each in nearest(library, MODEL, COST)} == {SECOND}


def test_an_empty_library_has_nothing_like_it(tmp_path: Path) -> None:
    with Library(tmp_path, create=True) as library:
        assert nearest(library, MODEL, COST) == ()


def test_a_speaker_of_few_words_is_found_behind_all_others(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearness, "ROUGHLY", 1)
    monkeypatch.setattr(nearness, "SHORTLIST", 1)
    found = nearest(library, MODEL, COST, Filters(speaker="Cleo"))
    assert said(library, found) == [SNOW]


def stored(library: Library, vectors: Floats, apart: int) -> None:
    """Put vectors in, `apart` recordings, each passage a turn of one word."""
    for number in range(apart):
        own = vectors[number::apart]
        kept = recording(f"{number:064x}", path=library.folder / f"{number}.wav")
        fill(library, kept, *(turn(place, "Ann", "x") for place in range(len(own))))
        cut = tuple(Passage(place, 0, 1) for place in range(len(own)))
        coded = codes_of(own).tobytes(), cut, rounded_of(own).tobytes()
        library.store_meaning(kept.id, Meaning(MODEL.digest, *coded), MADE)


def test_the_nearest_are_those_of_an_exact_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearness, "AT_ONCE", 3)
    draw = np.random.default_rng(7)
    likes = draw.standard_normal((1, 384)) + 2 * draw.standard_normal((1000, 384))
    vectors = (likes / np.linalg.norm(likes, axis=1, keepdims=True)).astype(np.float32)
    wanted = MODEL.embed(["price"])[0]
    vectors[500] = wanted
    exact = np.argsort(-(vectors @ wanted))[:5]
    with Library(tmp_path, create=True) as library:
        stored(library, vectors, apart=10)
        found = nearest(library, MODEL, "price", limit=5)
    places = [int(each.recording, 16) + 10 * each.mention.turn for each in found]
    assert places[0] == 500
    assert len(set(places) & set(exact.tolist())) >= 4
    assert found[0].likeness == pytest.approx(1, abs=0.001)


def test_of_each_turn_only_the_likest_is_shown(tmp_path: Path) -> None:
    wanted = MODEL.embed(["price"])[0]
    vectors = np.array([wanted, wanted, wanted], np.float32)
    vectors[[0, 2], :100] *= np.array([[-1], [0.1]], np.float32)
    words = [Word(place, place, "x") for place in range(3)]
    cut = tuple(Passage(0, 2 * place, 2 * place + 1) for place in range(3))
    with Library(tmp_path, create=True) as library:
        fill(library, recording(FIRST), Turn.of("Ann", words))
        coded = codes_of(vectors).tobytes(), cut, rounded_of(vectors).tobytes()
        library.store_meaning(FIRST, Meaning(MODEL.digest, *coded), MADE)
        found = nearest(library, MODEL, "price")
    assert [each.mention.start_char // 2 for each in found] == [1]


def test_the_answer_comes_before_the_question_that_has_more_of_the_words(library: Library) -> None:
    vector = MODEL.embed(["cost"])[0]
    same = np.array([vector, vector], np.float32)
    cut = Passage(0, 0, len(ASKED)), Passage(1, 0, len(COST))
    coded = codes_of(same).tobytes(), cut, rounded_of(same).tobytes()
    library.store_meaning(FIRST, Meaning(MODEL.digest, *coded), MADE)
    mention = Mention(0, 6, 0, 0, len(ASKED))
    apart = Annotation(questions=(Question(mention, True, Answer(10, 18, 1, 1)),))
    assert said(library, nearest(library, MODEL, "cost", limit=1)) == [ASKED]
    library.store_annotation(FIRST, apart, MADE)
    library.store_meaning(FIRST, Meaning(MODEL.digest, *coded), MADE)
    found = nearest(library, MODEL, "cost", limit=2)
    assert said(library, found) == [COST, ASKED]
    assert found[0].likeness - found[1].likeness == pytest.approx(ASKED_LESS)


def test_a_question_is_as_like_as_it_is_where_questions_are_wanted(library: Library) -> None:
    mention = Mention(0, 6, 0, 0, len(ASKED))
    questions = Annotation(questions=(Question(mention, True, Answer(10, 18, 1, 1)),))
    (before, *_) = nearest(library, MODEL, ASKED)
    library.store_annotation(FIRST, questions, MADE)
    embed_kept(library.find(FIRST), library, FakeEngines(sentences=MODEL))
    (found,) = nearest(library, MODEL, ASKED, Filters(fields=(Field("is", "question"),)))
    assert found == before


def test_a_question_that_nobody_answers_is_as_good_as_any(library: Library) -> None:
    mention = Mention(0, 6, 0, 0, len(ASKED))
    apart = Annotation(questions=(Question(mention, True),))
    before = nearest(library, MODEL, ASKED, limit=1)
    library.store_annotation(FIRST, apart, MADE)
    embed_kept(library.find(FIRST), library, FakeEngines(sentences=MODEL))
    assert nearest(library, MODEL, ASKED, limit=1) == before


def test_what_is_embedded_meanwhile_is_found(library: Library) -> None:
    near = Nearness(library, MODEL)
    assert said(library, near.nearest("marmalade"))[0] != "We sell marmalade in tall jars."
    kept = recording("ef" * 32, path=library.folder / "third.wav")
    fill(library, kept, turn(0, "Dora", "We sell marmalade in tall jars."))
    embed_kept(kept, library, FakeEngines(sentences=MODEL))
    assert said(library, near.nearest("marmalade"))[0] == "We sell marmalade in tall jars."


def test_what_another_process_embeds_or_forgets_is_seen(library: Library) -> None:
    near = Nearness(library, MODEL)
    assert {each.recording for each in near.nearest(COST)} == {FIRST, SECOND}
    with Library(library.folder) as other:
        other.store_turns(FIRST, [], MADE)
    assert {each.recording for each in near.nearest(COST)} == {SECOND}


def test_signs_are_read_once_while_nothing_changes(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = Nearness(library, MODEL)
    found = near.nearest(COST)
    library.keep_hits([(FIRST, Span(1, 2))])
    monkeypatch.setattr(Library, "codes", lambda *_: pytest.fail("read again"))
    assert near.nearest(COST) == found


@given(
    st.lists(st.binary(min_size=48, max_size=48), min_size=1, max_size=20),
    st.binary(min_size=48, max_size=48),
)
def test_distances_are_counts_of_bits_that_differ(rows: list[bytes], sign: bytes) -> None:
    codes = np.frombuffer(b"".join(rows), np.uint64).reshape(-1, 6).T
    piece = nearness._Piece(["one"], np.array([0]), np.ascontiguousarray(codes))
    counted = nearness._distances(piece, np.frombuffer(sign, np.uint64))
    apart = [int.from_bytes(row) ^ int.from_bytes(sign) for row in rows]
    assert counted.tolist() == [each.bit_count() for each in apart]


def test_a_text_is_embedded_once(library: Library) -> None:
    model = FakeSentences()
    nearest(library, model, COST, Filters(speaker="Cleo"), limit=100)
    assert model.calls == 1


def test_what_is_hardly_like_a_text_is_no_hit(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.sentences.LocalSentences", lambda *_: MODEL)
    asked = nearest_by(library, load_catalog().model(SENTENCES), default_store())
    found = asked("heavy snow in April", EVERYTHING, 20)
    assert found
    assert len(found) < len(nearest(library, MODEL, "heavy snow in April"))
    assert min(each.likeness for each in found) >= LIKE_AT_ALL
    assert list(asked("zebras", EVERYTHING, 20)) == []
