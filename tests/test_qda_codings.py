"""What a project of others says, part by part: sources, codes, notes, and what becomes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import UsageError
from pipeline.export.qda.coded import coding_guid, found_guid
from pipeline.export.qda.codes import code_guid
from pipeline.export.qda.naming import STARRED, UNTAGGED
from pipeline.export.qda.text import Plain
from pipeline.highlights import Highlight
from pipeline.taking_back.codings.archive import opened
from pipeline.taking_back.codings.joining import Coded, Landed, joined
from pipeline.taking_back.codings.meaning import Meaning, as_tag
from pipeline.taking_back.codings.project import (
    NO_TEXT,
    PAGE,
    WHOLE,
    Given,
    Reader,
    cases_in,
    codes_in,
    whole,
)
from pipeline.transcript import Annotation, Entity, Mention
from tests.qda import code, coding, foreign, number, packed, selection, text_source
from tests.values import document, turn

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.taking_back.codings.project import Sourced

SAID = turn("Acme pays Acme.", "Anna", 1.0)
FOUND = Annotation((Entity("Acme", "ORG", Mention(1.0, 1.3, 0, 0, 4)),))
CALL = document(SAID, annotation=FOUND)
PLAIN = Plain.of([SAID])
AT = PLAIN.bodies[0]
ACME = ("Entities", "ORG", "Acme")
PATHS = {
    number(1): ("Price",),
    number(2): ACME,
    number(3): UNTAGGED,
    number(4): STARRED,
    number(5): ("Cost", "Good"),
    number(6): ("Help", "Good"),
    number(7): ("Highlights", "Good"),
    number(8): ("Entities", "ORG", "Acme (ORG)"),
}
MEANING = Meaning.of(CALL, PLAIN, PATHS, frozenset({number(60)}))


def read(folder: Path, xml: str, **files: str) -> list[Sourced]:
    """Return the sources of a project."""
    path = folder / "study.qdpx"
    path.write_bytes(packed(xml, {name.replace("_", "."): text for name, text in files.items()}))
    with opened(path) as archive:
        root = archive.project()
        return list(Reader.of(archive, root).sources(root))


def given(n: int, place: tuple[int, int] | None = None, selected: str = "", own: str = "") -> Given:
    """Return a coding with the code of a number."""
    return Given(selected, own, number(n), "", place=place)


# Sources


def test_a_source_has_its_texts_and_what_is_coded_in_them(tmp_path: Path) -> None:
    within = selection(2, 5, coding(1) + coding(2))
    (found,) = read(tmp_path, foreign(text_source("a text", within, "x.docx")))
    (body,) = found.bodies
    assert (found.name, body.text, found.others) == ("x.docx", "a text", ())
    assert [(each.code, each.place) for each in body.given] == [
        (number(1), (2, 5)),
        (number(2), (2, 5)),
    ]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (text_source("a text", coding(1)), WHOLE),
        (f'<TextSource guid="{number(1)}">{selection(0, 1, coding(1))}</TextSource>', NO_TEXT),
        (f"<PictureSource><PictureSelection>{coding(1)}</PictureSelection></PictureSource>", PAGE),
    ],
)
def test_what_has_no_place_tells_why(tmp_path: Path, source: str, why: str) -> None:
    (found,) = read(tmp_path, foreign(source))
    assert [(each.place, each.time, each.why) for each in found.given] == [(None, None, why)]


def test_a_transcript_with_half_its_points_has_no_place(tmp_path: Path) -> None:
    point = f'<SyncPoint guid="{number(20)}" position="1" timeStamp="1000"/>'
    ends = f'fromSyncPoint="{number(20)}" toSyncPoint="{number(21)}"'
    selected = f"<TranscriptSelection {ends}>{coding(1)}</TranscriptSelection>"
    text = "<PlainTextContent>a text</PlainTextContent>"
    source = f"<AudioSource><Transcript>{text}{point}{selected}</Transcript></AudioSource>"
    (found,) = read(tmp_path, foreign(source))
    assert [(each.place, each.time) for each in found.given] == [(None, None)]


@pytest.mark.parametrize("folder", ["Sources/", "sources/", ""])
def test_files_lie_in_the_folder_of_sources_however_that_is_written(
    tmp_path: Path, folder: str
) -> None:
    path = tmp_path / "study.qdpx"
    path.write_bytes(packed(foreign(""), {"a.txt": "said"}, folder=folder))
    with opened(path) as archive:
        assert archive.text("internal://a.txt") == "said"
        assert archive.text("internal://b.txt") is None


def test_notes_may_lie_in_files(tmp_path: Path) -> None:
    note = f'<Notes><Note guid="{number(60)}" plainTextPath="internal://n.txt"/></Notes>'
    within = selection(0, 1, f'{coding(1)}<NoteRef targetGUID="{number(60)}"/>')
    xml = foreign(text_source("a text", within), rest=note)
    (found,) = read(tmp_path, xml, n_txt="Ask again.\n")
    assert [each.note for each in found.given] == ["Ask again."]


def test_a_note_that_is_not_there_is_none(tmp_path: Path) -> None:
    within = selection(0, 1, f'{coding(1)}<NoteRef targetGUID="{number(60)}"/>')
    (found,) = read(tmp_path, foreign(text_source("a text", within)))
    assert [each.note for each in found.given] == [""]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("12", 12),
        (" 7 ", 7),
        ("-1", None),
        ("1.5", None),
        ("", None),
        (None, None),
        ("9" * 99, None),
    ],
)
def test_a_number_is_whole_or_none(text: str | None, told: int | None) -> None:
    assert whole(text) == told


def test_codes_and_cases_are_by_their_guids(tmp_path: Path) -> None:
    path = tmp_path / "study.qdpx"
    cases = f'<Cases><Case guid="{{{number(60).upper()}}}"/></Cases>'
    codes = code(1, " Price\n(all) ", code(2, "Dear")) + code(3, "")
    path.write_bytes(packed(foreign("", codes).replace("<Sources>", f"{cases}<Sources>")))
    with opened(path) as archive:
        root = archive.project()
    assert codes_in(root) == {
        number(1): ("Price (all)",),
        number(2): ("Price (all)", "Dear"),
        number(3): ("Code",),
    }
    assert cases_in(root) == {number(60)}


def test_what_goes_wrong_within_is_told_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "study.qdpx"
    path.write_bytes(packed(foreign("")))
    with pytest.raises(UsageError, match=r"study\.qdpx: it is not read, as it is odd\. Export"):  # noqa: SIM117
        with opened(path):
            raise UsageError("it is odd")


# What a code means


@pytest.mark.parametrize(
    ("n", "tags"),
    [
        (1, ("Price",)),
        (2, ("Acme",)),
        (3, ()),
        (4, ()),
        (5, ("Cost: Good",)),
        (6, ("Help: Good",)),
        (7, ("Good",)),
        (8, ("Acme",)),
    ],
)
def test_a_code_is_a_tag(n: int, tags: tuple[str, ...]) -> None:
    assert MEANING.tags(given(n)) == tags


def test_a_code_of_ours_is_known_by_its_guid_when_it_was_renamed() -> None:
    renamed = replace(MEANING, paths={code_guid(STARRED): ("Best",), code_guid(UNTAGGED): ("Any",)})
    assert renamed.is_star(replace(given(1), code=code_guid(STARRED)))
    assert renamed.tags(replace(given(1), code=code_guid(UNTAGGED))) == ()


@pytest.mark.parametrize(
    ("coded", "place", "ours"),
    [
        pytest.param(given(60), None, True, id="a case"),
        pytest.param(given(2), (AT, AT + 4), True, id="what we found there"),
        pytest.param(given(8), (AT, AT + 4), True, id="told apart from others"),
        pytest.param(given(2), (AT + 1, AT + 5), True, id="moved by a character"),
        pytest.param(given(2), (AT + 10, AT + 14), False, id="given elsewhere"),
        pytest.param(given(2), None, False, id="given to a time"),
        pytest.param(given(1), (AT, AT + 4), False, id="another code there"),
    ],
)
def test_what_we_wrote_ourselves_is_known(
    coded: Given, place: tuple[int, int] | None, ours: bool
) -> None:
    assert MEANING.is_ours(coded, place) is ours


def test_what_we_wrote_is_known_by_its_guids_when_it_is_found_no_more() -> None:
    place = (500, 504)
    passage = found_guid(CALL.id, *place)
    ours = given(2, place, passage, coding_guid(passage, number(2)))
    assert MEANING.is_ours(ours, None)
    assert not MEANING.is_ours(replace(ours, code=number(1)), None)
    assert not MEANING.is_ours(replace(ours, place=(500, 505)), None)
    other = Meaning.of(
        replace(CALL, transcript=replace(CALL.transcript, recording="b")), PLAIN, PATHS, frozenset()
    )
    assert not other.is_ours(ours, None)


def test_a_code_is_known_or_there_is_none() -> None:
    assert [MEANING.knows(given(n)) for n in (1, 99)] == [True, False]
    assert MEANING.knows(replace(given(1), code=""))
    assert (MEANING.name(given(2)), MEANING.name(given(99))) == ("Entities > ORG > Acme", "")


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("Price", "Price"),
        ("Price, too high", "Price; too high"),
        ("  a \n b ", "a b"),
        ("\x07", "Code"),
        ("x" * 80, "x" * 80),
        ("x" * 81, "x" * 79 + "…"),
    ],
)
def test_a_name_is_made_a_tag_that_can_be_kept(name: str, tag: str) -> None:
    assert as_tag(name) == tag


# Beside highlights


def landed(start: float, end: float, *tags: str, note: str = "") -> Landed:
    return Landed(start, end, tags, note)


def test_the_same_words_are_the_same_passage_whatever_their_time() -> None:
    there = replace(CALL, highlights=(Highlight(0.95, 1.31, 1, "", ("a",)),))
    exact = replace(landed(1.0, 1.3, "a"), place=(AT, AT + 4))
    for coded in (landed(1.0, 1.3, "a"), landed(0.8, 1.4, "a"), exact):
        assert joined(there, PLAIN, [coded]).known == 1
    assert joined(there, PLAIN, [landed(1.0, 1.6, "a")]).known == 0


def test_a_highlight_that_is_there_with_tags_and_a_star_is_one() -> None:
    there = replace(CALL, highlights=(Highlight(1.0, 1.3, 1, "", ("a", "b"), starred=True),))
    codings = [landed(1.0, 1.3, "a"), landed(1.0, 1.3, "b"), Landed(1.0, 1.3, (), "", True)]
    assert joined(there, PLAIN, codings).known == 1
    assert joined(there, PLAIN, codings[:1]).known == 1
    twice = replace(there, highlights=(*there.highlights, Highlight(1.0, 1.3, 2, "", ("c",))))
    assert joined(twice, PLAIN, [*codings, landed(1.0, 1.3, "c")]).known == 2


def test_where_nothing_is_said_the_time_tells() -> None:
    there = replace(CALL, highlights=(Highlight(20.0, 30.0, 1, "", ("a",)),))
    assert joined(there, PLAIN, [landed(20.001, 30.0, "a")]).known == 1
    other = joined(there, PLAIN, [landed(20.1, 30.0, "a")])
    assert other.found == (Coded(20.1, 30.0, "", ("a",)),)


def test_highlights_are_in_the_order_of_time_and_tags_are_there_once() -> None:
    found = joined(
        CALL, PLAIN, [landed(1.6, 1.9, "b"), landed(1.0, 1.3, "A"), landed(1.0, 1.3, "a")]
    )
    assert found.found == (
        Coded(1.0, 1.3, "Acme", ("A",)),
        Coded(1.6, 1.9, "Acme.", ("b",)),
    )


def test_a_star_comes_back_with_a_new_highlight_and_changes_none_that_is_there() -> None:
    star = Landed(1.0, 1.3, (), "", True)
    assert [each.starred for each in joined(CALL, PLAIN, [landed(1.0, 1.3, "a"), star]).found] == [
        True
    ]
    plain = replace(CALL, highlights=(Highlight(1.0, 1.3, 1, "", ("b",)),))
    assert [each.starred for each in joined(plain, PLAIN, [landed(1.0, 1.3, "a"), star]).found] == [
        False
    ]


def test_notes_are_each_there_once_and_end_where_a_note_may_not_go_on() -> None:
    notes = [landed(1.0, 1.3, "a", note=note) for note in ("Why?", "Why?\x07", "Why? Ask.", "So?")]
    (found,) = joined(CALL, PLAIN, notes).found
    assert found.note == "Why? Ask.\nSo?"
    (long,) = joined(CALL, PLAIN, [landed(1.0, 1.3, "a", note="x" * 6000)]).found
    assert long.note == "x" * 5000


def test_what_is_added_to_a_full_highlight_is_one_of_its_own() -> None:
    full = replace(
        CALL, highlights=(Highlight(1.0, 1.3, 4, "", tuple(f"t{n}" for n in range(30))),)
    )
    assert joined(full, PLAIN, [landed(1.0, 1.3, "t1", "new")]).found == (
        Coded(1.0, 1.3, "Acme", ("new",)),
    )
    assert joined(full, PLAIN, [landed(1.0, 1.3, "t1")]).known == 1


def test_nothing_coded_is_nothing_found() -> None:
    assert joined(CALL, PLAIN, []).found == ()
