"""Codings of other software, brought back to the words that were coded."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.export import as_markdown, as_qdpx, as_text
from pipeline.export.qda.text import Plain
from pipeline.highlights import Highlight, mentions_of
from pipeline.taking_back.codings import archive
from pipeline.taking_back.qda import Coded, Codings, LeftOut, codings_in
from pipeline.transcript import Annotation, Entity, Keyphrase, Mention, Question, Turn
from tests.qda import (
    SPACE,
    Opened,
    code,
    coding,
    foreign,
    number,
    packed,
    selection,
    text_source,
)
from tests.values import conversations, document, turn

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.export import Document

Bring = Callable[..., Codings]
TURNS = (
    turn("How did you hear of us, Bo?", "Anna", 1.0),
    turn("We paid Acme four hundred for it, and nobody ever called back.", "Ben", 5.0),
    turn("So we left in the end, honestly.", "Ben", 12.0),
)


def found_in(said: Turn, text: str, number: int) -> Mention:
    start = said.text.index(text)
    span = said.span_of(start, start + len(text))
    return Mention(span.start, span.end, number, start, start + len(text))


FOUND = Annotation(
    (
        Entity("Bo", "PERSON", found_in(TURNS[0], "Bo", 0)),
        Entity("Acme", "ORG", found_in(TURNS[1], "Acme", 1), "Acme Ltd"),
    ),
    (Keyphrase("acme", 0.5, (found_in(TURNS[1], "Acme", 1),)),),
    (Question(found_in(TURNS[0], TURNS[0].text, 0), True),),
)
CALL = document(*TURNS, annotation=FOUND)
PRICE, CHURN = code(1, "Price"), code(2, "Churn")


def spoken(text: str) -> Highlight:
    """Return a highlight over some words of the call."""
    said = next(each for each in TURNS if text in each.text)
    start = said.text.index(text)
    span = said.span_of(start, start + len(text))
    return Highlight(span.start, span.end, 1, text)


@pytest.fixture
def brought(tmp_path: Path) -> Bring:
    """Return what reads a project that is given as bytes, or as the XML of its parts."""

    def bring(
        project: bytes | str, said: Document = CALL, files: Mapping[str, str | bytes] | None = None
    ) -> Codings:
        path = tmp_path / "study.qdpx"
        path.write_bytes(project if isinstance(project, bytes) else packed(project, files))
        return codings_in(path, said)

    return bring


def texts(codings: Codings) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.text, each.tags) for each in codings.found]


def coded_text(text: str, coded: str, within: str, **more: str) -> str:
    """Return the XML of a project in which some words of a text are coded."""
    start = text.index(coded)
    source = text_source(text, selection(start, start + len(coded), within))
    return foreign(source, PRICE + CHURN, **more)


# Texts


@pytest.mark.parametrize(
    "write", [as_text.write, as_markdown.write, lambda said: Plain.of(said.transcript.turns).text]
)
def test_a_passage_of_our_own_text_is_the_same_words(
    write: Callable[[Document], str], brought: Bring
) -> None:
    read = brought(coded_text(write(CALL), "nobody ever called", coding(1)))
    want = spoken("nobody ever called")
    assert read.found == (Coded(want.start, want.end, "nobody ever called", ("Price",)),)
    assert (read.left, read.known, read.others) == ((), 0, ())


def test_a_passage_of_an_edited_text_lands_on_what_stands_there_now(brought: Bring) -> None:
    text = as_text.write(CALL).replace("four hundred", "400").replace("Ben:", "Benjamin:")
    assert texts(brought(coded_text(text, "400 for it", coding(1)))) == [
        ("four hundred for it,", ("Price",))
    ]
    assert texts(brought(coded_text(text, "Benjamin: So we", coding(1)))) == [("So we", ("Price",))]


def test_a_text_in_a_file_of_the_project_is_read(brought: Bring) -> None:
    text = as_text.write(CALL)
    start = text.index("So we left")
    places = selection(start, start + 10, coding(1))
    source = f'<TextSource guid="{number(100)}" name="x" plainTextPath="internal://a.txt">{places}</TextSource>'
    assert texts(brought(foreign(source, PRICE), files={"a.txt": "\ufeff" + text})) == [
        ("So we left", ("Price",))
    ]


@pytest.mark.parametrize(
    ("origin", "written", "count"),
    [
        ("NVivo", "😀😀 {}", lambda text: len(text.encode("utf-16-le")) // 2),
        ("QualCoder", "😀😀 {}", len),
        ("ATLAS.ti 24", "a\r\nb\r\n{}", lambda text: len(text.replace("\r\n", "\n"))),
        ("MAXQDA", "a\r\nb\r\n{}", len),
    ],
)
def test_characters_are_counted_as_each_program_counts_them(
    origin: str, written: str, count: Callable[[str], int], brought: Bring
) -> None:
    text = written.format(as_text.write(CALL))
    start = count(text[: text.index("Acme")])
    xml = foreign(text_source(text, selection(start, start + 4, coding(1))), PRICE, origin=origin)
    assert texts(brought(xml)) == [("Acme", ("Price",))]


def test_a_pdf_has_its_text_and_what_marks_its_pages_is_left(brought: Bring) -> None:
    text = as_text.write(CALL)
    start = text.index("So we left")
    inner = selection(start, start + 10, coding(1))
    told = f"<PlainTextContent>{text}</PlainTextContent>{inner}"
    told = f'<Representation guid="{number(101)}">{told}</Representation>'
    box = 'page="1" firstX="1" firstY="1" secondX="2" secondY="2"'
    page = f'<PDFSelection guid="{number(7)}" name="page 1" {box}>{coding(2)}</PDFSelection>'
    source = f'<PDFSource guid="{number(100)}" name="x.pdf">{page}{told}</PDFSource>'
    read = brought(foreign(source, PRICE + CHURN))
    assert texts(read) == [("So we left", ("Price",))]
    assert read.left == (
        LeftOut("Churn", "page 1", "it marks a place on a page or in a picture, not in a text"),
    )


# Sound


AUDIO = f'<AudioSource guid="{number(100)}" name="call.m4a">{{}}</AudioSource>'


@pytest.mark.parametrize("kind", ["Audio", "Video"])
def test_a_passage_of_the_sound_is_its_time(kind: str, brought: Bring) -> None:
    heard = (
        f'<{kind}Selection guid="{number(8)}" begin="5100" end="6190">{coding(1)}</{kind}Selection>'
    )
    source = AUDIO.format(heard).replace("Audio", kind)
    assert brought(foreign(source, PRICE)).found == (
        Coded(5.1, 6.19, "We paid Acme four", ("Price",)),
    )


def transcript(within: str, text: str | None) -> str:
    content = "" if text is None else f"<PlainTextContent>{text}</PlainTextContent>"
    return AUDIO.format(f'<Transcript guid="{number(101)}">{content}{within}</Transcript>')


def test_a_passage_of_a_transcript_is_between_its_points_in_the_text_else_in_time(
    brought: Bring,
) -> None:
    text = as_text.write(CALL)
    start = text.index("So we left")
    points = "".join(
        f'<SyncPoint guid="{number(n)}" position="{at}" timeStamp="{time}"/>'
        for n, at, time in ((20, start, 12000), (21, start + 10, 13000))
    )
    ends = f'fromSyncPoint="{number(20)}" toSyncPoint="{number(21)}"'
    coded = (
        f'{points}<TranscriptSelection guid="{number(22)}" {ends}>{coding(1)}</TranscriptSelection>'
    )
    assert texts(brought(foreign(transcript(coded, text), PRICE))) == [("So we left", ("Price",))]
    timed = re.sub(r'position="\d+" ', "", coded)
    for source in (transcript(timed, text), transcript(timed, None), transcript(coded, None)):
        assert texts(brought(foreign(source, PRICE))) == [("So we left", ("Price",))]


# Codes and notes


def test_a_code_is_a_tag_by_its_own_name_or_with_what_is_above_where_that_tells(
    brought: Bring,
) -> None:
    codes = code(3, "Cost", code(1, "Good")) + code(
        4, "Help", code(2, "Good") + code(5, "Fast, and near")
    )
    xml = coded_text(as_text.write(CALL), "Acme", coding(1) + coding(2) + coding(5) + coding(3))
    xml = xml.replace(PRICE + CHURN, codes)
    assert texts(brought(xml)) == [("Acme", ("Cost: Good", "Help: Good", "Fast; and near", "Cost"))]


def test_guids_in_braces_and_capitals_are_the_same_guids(brought: Bring) -> None:
    wanted = "abcdef00-0000-4000-8000-000000000001"
    codes = f'<Code guid="{{{wanted.upper()}}}" name="Price" isCodable="true"/>'
    given = f'<Coding guid="{number(9)}"><CodeRef targetGUID="{wanted}"/></Coding>'
    xml = coded_text(as_text.write(CALL), "Acme", given).replace(PRICE + CHURN, codes)
    assert texts(brought(xml)) == [("Acme", ("Price",))]


def test_a_long_name_is_cut_and_is_the_same_tag_the_next_time(brought: Bring) -> None:
    xml = coded_text(as_text.write(CALL), "Acme", coding(1)).replace('"Price"', f'"{"long " * 30}"')
    (first,) = brought(xml).found
    assert [len(tag) <= 80 and tag.endswith("…") for tag in first.tags] == [True]
    there = replace(CALL, highlights=(replace(spoken("Acme"), tags=first.tags),))
    assert brought(xml, there).found == ()


def test_what_a_person_wrote_of_a_passage_is_its_note(brought: Bring) -> None:
    note = f'<NoteRef targetGUID="{number(60)}"/>'
    noted = coding(1).replace("</Coding>", f"{note}</Coding>")
    given = f"<Description>Dear.</Description>{noted}{note}"
    content = "<PlainTextContent>Ask again.</PlainTextContent>"
    rest = f'<Notes><Note guid="{number(60)}">{content}</Note></Notes>'
    (first,) = brought(coded_text(as_text.write(CALL), "Acme", given, rest=rest)).found
    assert first.note == "Dear.\nAsk again."


def test_a_note_without_a_code_is_a_highlight_without_tags(brought: Bring) -> None:
    xml = coded_text(as_text.write(CALL), "Acme", "<Description>Who?</Description>")
    assert [(each.text, each.tags, each.note) for each in brought(xml).found] == [
        ("Acme", (), "Who?")
    ]
    assert brought(coded_text(as_text.write(CALL), "Acme", "")).found == ()


def test_what_is_coded_with_a_case_tells_who_speaks_and_is_no_tag(brought: Bring) -> None:
    cases = f'<Cases><Case guid="{number(1)}" name="Ben"/></Cases>'
    xml = coded_text(as_text.write(CALL), "Acme", coding(1)).replace(
        "<Sources>", f"{cases}<Sources>"
    )
    assert brought(xml) == Codings((), (), 0)


# Beside what is there


def test_codes_of_the_same_words_are_one_highlight(brought: Bring) -> None:
    text = as_text.write(CALL)
    start = text.index("So we left")
    both = selection(start, start + 10, coding(1)) + selection(start, start + 9, coding(2), 600)
    read = brought(foreign(text_source(text, both), PRICE + CHURN))
    assert texts(read) == [("So we left", ("Price", "Churn"))]


def test_what_is_there_is_known_and_a_tag_more_goes_to_it(brought: Bring) -> None:
    there = replace(spoken("So we left"), number=4, tags=("churn",), note="Why?", starred=True)
    said = replace(CALL, highlights=(there,))
    xml = coded_text(as_text.write(CALL), "So we left", coding(2))
    assert brought(xml, said) == Codings((), (), 1)
    (more,) = brought(xml.replace(coding(2), coding(1) + coding(2)), said).found
    want = Coded(there.start, there.end, "So we left", ("churn", "Price"), "Why?", 4, True)
    assert more == want
    (noted,) = brought(
        xml.replace(coding(2), "<Description>Ask.</Description>" + coding(2)), said
    ).found
    assert (noted.number, noted.tags, noted.note) == (4, ("churn",), "Why?\nAsk.")


def test_a_longer_note_takes_the_place_of_what_it_holds(brought: Bring) -> None:
    there = replace(spoken("Acme"), tags=("Price",), note="Why?")
    given = "<Description>Why? Ask Bo.</Description>" + coding(1)
    read = brought(
        coded_text(as_text.write(CALL), "Acme", given), replace(CALL, highlights=(there,))
    )
    assert [each.note for each in read.found] == ["Why? Ask Bo."]


def test_tags_of_two_highlights_of_the_same_words_are_both_known(brought: Bring) -> None:
    there = (
        replace(spoken("Acme"), tags=("Price",)),
        replace(spoken("Acme"), number=2, tags=("Churn",)),
    )
    xml = coded_text(as_text.write(CALL), "Acme", coding(1) + coding(2))
    assert brought(xml, replace(CALL, highlights=there)) == Codings((), (), 2)


def test_more_tags_than_a_highlight_takes_are_two_highlights(brought: Bring) -> None:
    codes = "".join(code(n, f"Code {n}") for n in range(1, 36))
    xml = coded_text(as_text.write(CALL), "Acme", "".join(map(coding, range(1, 36))))
    read = brought(xml.replace(PRICE + CHURN, codes))
    assert [len(each.tags) for each in read.found] == [30, 5]


# What is left


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (selection(30, 34, coding(8)), "the file does not say what its code is called"),
        (selection(0, 5, coding(1)), "what it is given to is not in the transcript"),
        (selection(90000, 90004, coding(1)), "what it is given to is not in the transcript"),
        (selection(40, 40, coding(1)), "what it is given to is not in the transcript"),
        (coding(1), "it is given to the whole recording, not to a passage"),
    ],
)
def test_what_cannot_be_placed_is_listed_with_the_reason(
    given: str, why: str, brought: Bring
) -> None:
    text = "Study\n" + Plain.of(TURNS).text
    read = brought(foreign(text_source(text, given), PRICE))
    assert read.found == ()
    assert [each.why for each in read.left] == [why]


@pytest.mark.parametrize(("begin", "end"), [(9_000_000, 9_100_000), (5000, 5000), (-5, 10)])
def test_a_time_that_is_none_of_the_recording_is_left(begin: int, end: int, brought: Bring) -> None:
    times = f'begin="{begin}" end="{end}"'
    heard = f'<AudioSelection guid="{number(8)}" {times}>{coding(1)}</AudioSelection>'
    read = brought(foreign(AUDIO.format(heard), PRICE))
    assert read.left == (LeftOut("Price", "", "it has no time in the recording"),)


# Whose it is


OTHER = (
    "[00:01] Cleo: Our vans were late each morning, which the bakery never once forgave us for.\n"
)


def test_sources_of_other_recordings_are_told_and_not_taken(brought: Bring) -> None:
    ours, start = as_text.write(CALL), as_text.write(CALL).index("Acme")
    sources = text_source(OTHER, selection(9, 13, coding(1)), "other.docx") + text_source(
        ours, selection(start, start + 4, coding(2)), "unlike.docx"
    )
    read = brought(foreign(sources, PRICE + CHURN))
    assert texts(read) == [("Acme", ("Churn",))]
    assert read.others == ("other.docx",)


@pytest.mark.parametrize("name", ["call.m4a", "CALL.mp3.txt", "First call", "first call.docx"])
def test_a_name_tells_where_there_is_no_text(name: str, brought: Bring) -> None:
    heard = (
        f'<AudioSelection guid="{number(8)}" begin="5100" end="6190">{coding(1)}</AudioSelection>'
    )
    source = AUDIO.format(heard).replace("call.m4a", name)
    assert len(brought(foreign(source, PRICE)).found) == 1


@pytest.mark.parametrize("name", ["call.m4a", "other.docx"])
def test_where_nothing_is_of_the_recording_that_is_one_sentence(name: str, brought: Bring) -> None:
    xml = foreign(text_source(OTHER, selection(9, 13, coding(1)), name), PRICE)
    with pytest.raises(
        UsageError, match=rf"nothing in it is of First call.* It holds {name}\. Import"
    ):
        brought(xml)


# Our own projects


@st.composite
def marked_conversations(draw: st.DrawFn) -> Document:
    """Make conversations with highlights over words, no two over the same."""
    turns = draw(conversations().filter(bool))
    words = [word for each in turns for word in each.words]
    made: list[Highlight] = []
    for n in range(draw(st.integers(1, 4))):
        first = draw(st.integers(0, len(words) - 1))
        last = draw(st.integers(first, min(len(words) - 1, first + 12)))
        tags = draw(
            st.lists(st.sampled_from(["pricing", "Ünser", "<&>", "to do"]), unique=True, max_size=3)
        )
        note, starred = draw(st.sampled_from(["", "why?\nask"])), draw(st.booleans())
        span = words[first].start, words[last].end
        made.append(Highlight(*span, n + 1, "", tuple(tags), note, starred))
    alone = {mentions_of(dict(enumerate(turns)), each): each for each in made}
    return replace(document(*turns), highlights=tuple(alone.values()))


@given(marked_conversations())
@settings(max_examples=40)
def test_highlights_come_back_as_they_went(
    tmp_path_factory: pytest.TempPathFactory, said: Document
) -> None:
    path = tmp_path_factory.mktemp("qdpx") / "call.qdpx"
    path.write_bytes(as_qdpx.write(said))
    assert codings_in(path, said) == Codings((), (), len(said.highlights))
    read = codings_in(path, replace(said, highlights=()))
    turns = dict(enumerate(said.transcript.turns))
    assert {(mentions_of(turns, e), e.tags, e.note, e.starred) for e in read.found} == {
        (mentions_of(turns, e), e.tags, e.note, e.starred) for e in said.highlights
    }
    assert (read.left, read.others) == ((), ())


def test_a_highlight_while_people_talk_at_once_does_not_come_back_twice(brought: Bring) -> None:
    long, remark = turn("a b c d e f", "Anna", 1.0, 2.0), turn("mm-hm", "Ben", 2.5)
    marks = (Highlight(5.0, 14.3, 1, "", ("late",)), Highlight(1.0, 2.8, 2, "", ("early",)))
    said = replace(document(long, remark, turn("so then", "Ben", 14.0)), highlights=marks)
    assert brought(as_qdpx.write(said), said) == Codings((), (), 2)
    found = brought(as_qdpx.write(said), replace(said, highlights=())).found
    assert (found[1].start, found[1].end, found[1].text) == (5.0, 14.3, "c d e f so")


@pytest.mark.parametrize(
    "changed", [CALL, replace(CALL, transcript=replace(CALL.transcript, annotation=Annotation()))]
)
def test_what_we_found_ourselves_does_not_come_back(changed: Document, brought: Bring) -> None:
    assert brought(as_qdpx.write(CALL), changed) == Codings((), (), 0)


def test_a_code_of_ours_that_a_person_gave_elsewhere_does_come_back(brought: Bring) -> None:
    made = Opened(as_qdpx.write(CALL))
    wanted = next(guid for guid, path in made.paths().items() if path == "Entities/ORG/Acme Ltd")
    start = Plain.of(TURNS).text.index("nobody")
    own = f'<Coding guid="{number(1)}"><CodeRef targetGUID="{wanted}"/></Coding>'
    xml = made.xml.decode("utf-8").replace(
        "<VariableValue>", selection(start, start + 6, own) + "<VariableValue>"
    )
    xml = xml.replace("</TextSource>", selection(start, start + 6, own) + "</TextSource>", 1)
    read = brought(
        xml, CALL, {name.removeprefix("Sources/"): text for name, text in made.files.items()}
    )
    assert texts(read) == [("nobody", ("Acme Ltd",))]


def as_qualcoder_gives_it(project: bytes, more: str = "") -> tuple[str, dict[str, bytes]]:
    """Return our project as QualCoder exports it once more.

    By its source (3.x): each transcript becomes a text of its own, all GUIDs are new, each passage
    is a selection for each code, and begins and ends a character later.
    """
    opened = Opened(project)
    paths = opened.paths()
    new = {guid: str(uuid4()) for guid in paths}

    def again(element: object) -> str:
        inner = "".join(map(again, element))  # type: ignore[call-overload]
        guid, name, codable = (element.get(n) for n in ("guid", "name", "isCodable"))  # type: ignore[attr-defined]
        return f'<Code guid="{new[guid]}" name="{name}" isCodable="{codable}">{inner}</Code>'

    codes = "".join(map(again, opened.root.find(f"{SPACE}CodeBook/{SPACE}Codes")))
    made = ""
    for each, _ in opened.selected():
        begin, end = (int(each.get(n)) + 1 for n in ("startPosition", "endPosition"))
        for ref in each.iter(f"{SPACE}CodeRef"):
            target = new[ref.get("targetGUID")]
            given = f'<Coding guid="{uuid4()}"><CodeRef targetGUID="{target}"/></Coding>'
            places = f'guid="{uuid4()}" startPosition="{begin}" endPosition="{end}"'
            made += f"<PlainTextSelection {places}>{given}</PlainTextSelection>"
    (text,) = (content for name, content in opened.files.items() if name.endswith(".txt"))
    source = f'<TextSource guid="{uuid4()}" name="call.mp3.txt" plainTextPath="internal://t.txt">{made}{more}</TextSource>'
    return foreign(source, codes + PRICE, origin="QualCoder-3.8"), {"t.txt": text}


def test_of_what_went_through_qualcoder_only_what_was_coded_there_comes_back(
    brought: Bring,
) -> None:
    marked = replace(CALL, highlights=(replace(spoken("So we left"), tags=("Churn",)),))
    start = Plain.of(TURNS).text.index("nobody ever")
    xml, files = as_qualcoder_gives_it(
        as_qdpx.write(marked), selection(start, start + 11, coding(1))
    )
    read = brought(xml, marked, files)
    assert texts(read) == [("nobody ever", ("Price",))]
    assert (read.left, read.known) == ((), 1)


# Files that are not what they should be


def sentence(path: Path) -> str:
    with pytest.raises(UsageError) as caught:
        codings_in(path, CALL)
    told = str(caught.value)
    assert told.startswith(str(path))
    assert "\n" not in told
    return told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"no zip", "no REFI-QDA project, or damaged"),
        (packed("<Project"), "no REFI-QDA project, or damaged"),
        (packed("<html/>"), "its XML is a html, not a project"),
        (packed(foreign(""), name="other/project.qde"), "there is no project.qde in it"),
        (
            packed('<!DOCTYPE a [<!ENTITY b "bb">]><Project>&b;</Project>'),
            "declares a document type",
        ),
        (
            packed('<!DOCTYPE Project SYSTEM "file:///etc/passwd"><Project/>'),
            "declares a document type",
        ),
        (packed("<Project>&undefined;</Project>"), "no REFI-QDA project, or damaged"),
        (packed(foreign("")), "nothing in it is of First call.* It holds no sources"),
    ],
)
def test_a_file_that_is_no_project_is_one_sentence(
    content: bytes, told: str, tmp_path: Path
) -> None:
    path = tmp_path / "study.qdpx"
    path.write_bytes(content)
    assert re.search(told, sentence(path))


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    assert "cannot be read" in sentence(tmp_path / "none.qdpx")


def test_what_grows_without_end_is_refused_before_it_is_read_in_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LONGEST_TEXT", 3_000_000)
    source = f'<TextSource guid="{number(1)}" name="call" plainTextPath="internal://a.txt"/>'
    path = tmp_path / "bomb.qdpx"
    made = packed(foreign(source), {"a.txt": b"0" * 30_000_000})
    size = (30_000_000).to_bytes(4, "little")
    for lied in (made, made.replace(size, (1000).to_bytes(4, "little"))):
        path.write_bytes(lied)
        assert re.search("larger than 3000000 bytes|damaged", sentence(path))
    monkeypatch.setattr(archive, "LONGEST_PROJECT", 100)
    path.write_bytes(packed(foreign(source)))
    assert "project.qde in it is larger than 100 bytes" in sentence(path)


@pytest.mark.parametrize(
    "named",
    [
        "internal://../../secret.txt",
        "internal:///etc/passwd",
        "relative:///secret.txt",
        "absolute:///etc/passwd",
        "",
    ],
)
def test_no_file_outside_the_project_is_opened(named: str, tmp_path: Path, brought: Bring) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    inner = selection(0, 5, coding(1))
    source = (
        f'<TextSource guid="{number(1)}" name="call" plainTextPath="{named}">{inner}</TextSource>'
    )
    read = brought(foreign(source, PRICE))
    assert [each.why for each in read.left] == ["the text in which it is given is not in the file"]
    assert not list(tmp_path.glob("**/Sources"))


def test_codes_may_lie_in_one_another_as_deep_as_they_like(brought: Bring) -> None:
    deep = "".join(
        f'<Code guid="{number(1000 + n)}" name="c{n}" isCodable="true">' for n in range(3000)
    )
    xml = coded_text(as_text.write(CALL), "Acme", coding(1)).replace(
        PRICE + CHURN, deep + PRICE + "</Code>" * 3000
    )
    assert texts(brought(xml)) == [("Acme", ("Price",))]


def test_a_member_that_is_locked_is_one_sentence(tmp_path: Path) -> None:
    made = bytearray(packed(foreign("")))
    with zipfile.ZipFile(io.BytesIO(bytes(made))) as kept:
        at = kept.getinfo("project.qde").header_offset
    central = made.index(b"PK\x01\x02")
    made[at + 6] |= 1
    made[central + 8] |= 1  # the flag of encryption, in both places
    path = tmp_path / "locked.qdpx"
    path.write_bytes(bytes(made))
    assert "no REFI-QDA project, or damaged" in sentence(path)
