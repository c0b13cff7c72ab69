"""What passages mean is told from the library's turns, and kept with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.correcting import Wish, keep, scene, with_wishes
from pipeline.keeping.backing_up import back_up
from pipeline.keeping.forgetting import forget
from pipeline.keeping.restoring import restore
from pipeline.library import Library
from pipeline.library.database import Database
from pipeline.library.examining import faults
from pipeline.library.recovering import recover
from pipeline.meaning.embedding import (
    ANSWERING,
    NO_MODEL,
    answered,
    codes_of,
    embed_again,
    embed_kept,
    embedded,
    meaning_of,
    rounded_of,
    why_embedded_again,
    with_around,
)
from pipeline.meaning.passages import Passage, passages
from pipeline.rewording import follow
from pipeline.speakers import EditKind
from pipeline.transcript import Made, Segment, Speech, Turn, Word
from tests.fakes import FakeEngines, FakeSentences
from tests.libraries import MADE, contents, fill, recording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ABLE = FakeEngines(sentences=FakeSentences())
CALL = recording("ab" * 32)
ASKED = "How do you like the price?"
ANSWERED = "Honestly we pay far too much for what it does."


def turn(start: float, speaker: str, text: str) -> Turn:
    words = text.split()
    spoken = (Word(start + n / 4, start + n / 4 + 0.2, word) for n, word in enumerate(words))
    return Turn.of(speaker, spoken)


TURNS = (turn(0, "Ann", ASKED), turn(5, "Ben", "Mm-hm."), turn(8, "Ben", ANSWERED))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", create=True) as library:
        fill(library, CALL, *TURNS)
        yield library


def test_each_passage_has_a_code_and_a_vector(library: Library) -> None:
    embed_kept(CALL, library, ABLE)
    meaning = library.meaning(CALL.id)
    assert meaning is not None
    assert meaning.passages == (Passage(0, 0, len(ASKED)), Passage(2, 0, len(ANSWERED)))
    assert (len(meaning.codes), len(meaning.vectors)) == (2 * 48, 2 * 384)
    assert meaning.digest == FakeSentences().digest
    made = library.made(CALL.id)["embed"]
    assert (made.engine, dict(made.options), made.notes) == (
        "fake-sentences",
        {"language": "en"},
        (),
    )


def test_it_needs_neither_the_file_nor_any_other_model(library: Library) -> None:
    assert not CALL.path.exists()
    ((done, reason),) = embed_again([CALL], library, ABLE)
    assert (done, reason) == (CALL, "")
    assert ABLE.asked["recogniser"] == 0
    assert library.meaning(CALL.id) is not None


def test_without_the_model_what_is_kept_stays(library: Library) -> None:
    embed_kept(CALL, library, ABLE)
    before = library.meaning(CALL.id)
    assert list(embed_again([CALL], library, FakeEngines())) == [(CALL, NO_MODEL)]
    assert library.meaning(CALL.id) == before


def test_a_recording_without_words_is_left_as_it_is(library: Library) -> None:
    new = recording("cd" * 32)
    library.put(new)
    assert list(embed_again([new], library, ABLE)) == [(new, "it is not transcribed yet")]
    assert "embed" not in library.made(new.id)


@pytest.mark.parametrize(
    ("language", "engines", "note"),
    [
        ("en", FakeEngines(), NO_MODEL),
        ("de", ABLE, "only English is searched by meaning, and this is 'de'"),
        (None, ABLE, "nobody speaks"),
    ],
)
def test_what_cannot_be_told_says_why(
    library: Library, language: str | None, engines: FakeEngines, note: str
) -> None:
    library.store_speech(CALL.id, Speech(language, ()), MADE)
    embed_kept(CALL, library, engines)
    assert library.meaning(CALL.id) is None
    assert library.made(CALL.id)["embed"].notes == (note,)


@pytest.mark.parametrize(
    ("before", "able", "why"),
    [
        (Made("none", "", options=(("language", "en"),)), True, "there is a model to search by"),
        (Made("none", "", options=(("language", "en"),)), False, ""),
        (Made("none", "", options=(("language", "de"),)), True, ""),
        (Made("none", ""), True, ""),
        (Made("onnxruntime", "1", "sentences", "11", (("language", "en"),)), True, ""),
    ],
)
def test_it_is_made_up_for_once_there_is_a_model(before: Made, able: bool, why: str) -> None:
    said = why_embedded_again(before, ABLE if able else FakeEngines())
    assert said.startswith(why)
    assert bool(said) is bool(why)


def test_turns_that_say_nothing_mean_nothing(library: Library) -> None:
    library.store_turns(CALL.id, [turn(0, "Ann", "Mm-hm.")], MADE)
    embed_kept(CALL, library, ABLE)
    assert library.meaning(CALL.id) is None
    assert library.made(CALL.id)["embed"].engine == "fake-sentences"


def test_other_turns_take_what_they_meant_before_with_them(library: Library) -> None:
    embed_kept(CALL, library, ABLE)
    library.store_turns(CALL.id, TURNS[:1], MADE)
    assert library.meaning(CALL.id) is None
    assert "embed" not in library.made(CALL.id)


def test_words_put_right_are_embedded_anew(library: Library) -> None:
    embed_kept(CALL, library, ABLE)
    before = library.meaning(CALL.id)
    library.store_speech(
        CALL.id,
        Speech("en", (Segment(0, 4, turn(0, "Ann", "We pay nothing at all.").words),)),
        MADE,
    )
    library.store_speakers(CALL.id, library.spans(CALL.id), (), MADE)
    follow(library, ABLE, [CALL.id])
    assert library.meaning(CALL.id) == meaning_of(library.turns(CALL.id), FakeSentences())
    assert library.meaning(CALL.id) != before


def test_a_passage_given_to_another_is_embedded_anew(library: Library) -> None:
    embed_kept(CALL, library, ABLE)
    wish = Wish(EditKind.PASSAGE, "00:08-00:09", "Cleo")
    keep(with_wishes(scene(CALL, library), [wish], ""), library, ABLE)
    meaning = library.meaning(CALL.id)
    assert meaning is not None
    assert [library.turns(CALL.id)[each.turn].speaker for each in meaning.passages] == [
        "Ann",
        "Cleo",
        "Ben",
    ]


def test_a_forgotten_recording_leaves_no_vector(library: Library) -> None:
    fill(library, recording("cd" * 32, path=CALL.path.with_name("b.wav"), title="Another"), *TURNS)
    for each in library.recordings():
        embed_kept(each, library, ABLE)
    kept = library.meaning("cd" * 32)
    other = recording("ef" * 32, path=CALL.path.with_name("c.wav"), title="A third call")
    fill(library, other, turn(0, "Dora", "Quite another matter is discussed over here."))
    embed_kept(other, library, ABLE)
    gone = library.meaning(other.id)
    assert gone is not None
    found = forget([other], library)
    assert found.left == ()
    assert library.meaning(other.id) is None
    assert library.meaning("cd" * 32) == kept
    bytes_now = (library.folder / "library.sqlite").read_bytes()
    assert gone.vectors[:64] not in bytes_now
    assert gone.codes not in bytes_now


def test_a_changed_vector_breaks_its_seal(library: Library) -> None:
    embed_kept(CALL, library, ABLE)
    folder = library.folder
    library.close()
    file = Database(folder, create=False)
    file.write("UPDATE meaning_vectors SET vectors = zeroblob(length(vectors))")
    file.close()
    assert [(each.recording, each.part) for each in faults(folder)] == [
        (CALL.id, "what its passages mean")
    ]


def test_a_backup_has_what_passages_mean(library: Library, tmp_path: Path) -> None:
    embed_kept(CALL, library, ABLE)
    back_up(library, tmp_path / "backup.zip", audio=False)
    restore(tmp_path / "backup.zip", tmp_path / "again")
    with Library(tmp_path / "again") as restored:
        assert restored.meaning(CALL.id) == library.meaning(CALL.id) is not None


def test_what_passages_mean_is_told_anew_where_it_is_hurt(library: Library) -> None:
    embed_kept(CALL, library, ABLE)
    folder = library.folder
    library.close()
    file = Database(folder, create=False)
    file.write("UPDATE meaning SET codes = zeroblob(length(codes))")
    file.close()
    recovered = recover(folder)
    assert recovered is not None
    assert [each.lost for each in recovered.hurt] == [("what its passages mean",)]
    with Library(folder) as mended:
        assert len(mended.turns(CALL.id)) == len(TURNS)
        assert "embed" not in mended.made(CALL.id)  # so that the next run tells it anew


def test_a_library_has_the_same_of_it_after_the_same_run(library: Library) -> None:
    embed_kept(CALL, library, ABLE)
    before = contents(library.folder)["meaning"]
    embed_kept(CALL, library, ABLE)
    assert contents(library.folder)["meaning"] == before


def test_codes_of_another_model_are_not_read(library: Library) -> None:
    embed_kept(CALL, library, ABLE)
    assert [each for each, _ in library.codes("00cc")] == [CALL.id]
    assert list(library.codes("00dd")) == []
    assert library.has_meanings("00cc")
    assert not library.has_meanings("00dd")


def test_a_bit_says_whether_a_number_is_positive() -> None:
    vectors = np.array([[1, -1, 0, 2, -3, 4, 5, -6]], np.float32)
    assert codes_of(vectors).tolist() == [[0b10010110]]


def test_a_vector_is_rounded_to_what_fits() -> None:
    vectors = np.array([[0.5, -0.25, 0.0], [0.001, 0.0, -0.002], [0, 0, 0]], np.float32)
    assert rounded_of(vectors).tolist() == [[127, -64, 0], [64, 0, -127], [0, 0, 0]]


def test_a_passage_means_something_of_its_neighbours_in_the_turn_too() -> None:
    vectors = np.eye(4, dtype=np.float32)
    cut = [Passage(0, 0, 1), Passage(0, 2, 3), Passage(0, 4, 5), Passage(1, 0, 1)]
    mixed = with_around(vectors, cut)
    assert np.allclose(np.linalg.norm(mixed, axis=1), 1)
    assert (mixed[0] > 0).tolist() == [True, True, False, False]
    assert (mixed[1] > 0).tolist() == [True, True, True, False]
    assert mixed[3].tolist() == [0, 0, 0, 1]
    assert mixed[0, 0] > 2 * mixed[0, 1]


def test_an_answer_means_something_of_its_question_too() -> None:
    asked = turn(0, "Ann", "What would you change about the price?")
    said = turn(10, "Ben", "I would let everybody pick the day.")
    model = FakeSentences()
    cut = passages([asked, said])
    alone, after = model.embed([said.text, f"{asked.text} {said.text}"])
    question, answer = embedded(cut, [asked, said], model)
    assert np.allclose(question, model.embed([asked.text])[0], atol=1e-6)
    mixed = (1 - ANSWERING) * alone + ANSWERING * after
    assert np.allclose(answer, mixed / np.linalg.norm(mixed), atol=1e-6)
    price = model.embed(["price"])[0]
    assert answer @ price > alone @ price + 0.05


def test_every_turn_of_an_answer_answers_its_question() -> None:
    turns = [
        turn(0, "Ann", "Hello there and thank you."),
        turn(10, "Ann", "How did you hear about us?"),
        turn(20, "Ben", "From a friend of mine."),
        turn(30, "Ann", "Right."),
        turn(40, "Ben", "She sells books in Leeds."),
    ]
    asked = answered(turns)
    assert asked[2] == asked[4] == "How did you hear about us?"
    assert not {0, 1} & asked.keys()


def test_passages_are_read_at_once() -> None:
    model = FakeSentences()
    meaning_of(TURNS, model)
    assert model.calls == 1
