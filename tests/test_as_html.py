"""A page that plays by itself: all it needs is in it, and nothing that was said can break it."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.export import FORMATS, Document
from pipeline.export.as_html import BYTES_AT_ONCE, in_base64, pieces, write
from pipeline.export.as_json import as_data
from pipeline.export.heard import NOTHING, Heard
from pipeline.highlights import Highlight
from pipeline.recording import Layout
from pipeline.transcript import Made, Removed, Revision, Segment, Transcript, Turn, Word
from tests.pages import addresses_in, taken_apart
from tests.values import conversations, document, rich_document, turn, words

if TYPE_CHECKING:
    from tests.pages import Page

# What ends a script, an attribute, a comment or a line, somewhere.
HOSTILE = (
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "--> ]]>",
    "\"'><img src=x onerror=alert(1)>",
    "&lt;b&gt; &amp;#60;",
    "\u2028\u2029",
    "</noscript></style></title>",
    "$$policy$$",
    "\\u003c/script",
    "a\0b\x1b[2J",
    "\u202egnp.exe",
    "\ud83d",
)
MARK = Highlight(2.1, 3.0, 1, "Too expensive", ("pricing",), "ask again", starred=True)
CALL = replace(
    rich_document(),
    labels={"Anna": "Speaker 1", "Ben & Co": "Speaker 2"},
    roles={"Anna": "interviewer"},
    highlights=(MARK,),
    layout=Layout.CHANNEL_PER_SPEAKER,
    speaker_channels={"Anna": 0, "Ben & Co": None},
)


def html(told: Document = CALL, heard: Heard = NOTHING) -> str:
    """Return a page as a file holds it."""
    written = "".join(pieces(told, heard))
    return written.encode("utf-8", errors="backslashreplace").decode()


def page(told: Document = CALL, heard: Heard = NOTHING) -> Page:
    return taken_apart(html(told, heard))


def source(told: Document = CALL, heard: Heard = NOTHING) -> dict[str, Any]:
    """Return what the page's scripts are given."""
    given: dict[str, Any] = json.loads(page(told, heard).one("script", "source").text)
    return given


def named(given: dict[str, Any]) -> dict[str, Any]:
    """Return a transcript with its words by name, as the page's script has it, not as rows."""
    contents: dict[str, Any] = given["contents"]
    for each in contents["turns"]:
        each["words"] = [dict(zip(given["word"], row, strict=True)) for row in each["words"]]
    return contents


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


# --- what is in it --------------------------------------------------------------------------


def test_it_is_one_page_in_utf_8_that_says_so_before_anything_else() -> None:
    text = html()
    assert text.startswith("<!doctype html>\n")
    assert 'charset="utf-8"' in text[:200]
    assert text.endswith("</html>\n")
    assert "\r" not in text
    assert page().one("title").text == "First call"


def test_its_scripts_are_given_the_transcript_as_json_has_it() -> None:
    shown = rich_document()
    quiet = replace(shown, transcript=replace(shown.transcript, made=()))
    assert named(source()) == json.loads(json.dumps(as_data(quiet)))


def test_its_scripts_are_given_who_is_who_and_what_was_marked() -> None:
    given = source()
    assert given["labels"] == {"Anna": "Speaker 1", "Ben & Co": "Speaker 2"}
    assert given["roles"] == {"Anna": "interviewer"}
    assert given["layout"] == "channel-per-speaker"
    assert given["speaker_channels"] == {"Anna": 0, "Ben & Co": None}
    (mark,) = given["highlights"]
    assert (mark["start"], mark["text"], mark["tags"]) == (2.1, "Too expensive", ["pricing"])
    assert (mark["note"], mark["starred"]) == ("ask again", True)


def test_how_it_came_about_stays_at_home() -> None:
    made = Made("whisper", "1", "base", options=(("prompt", "Secret Ltd"),))
    old = Segment(0.0, 1.0, words("a former secret"))
    told = Transcript(
        "abc123",
        "en",
        (turn("Yes."),),
        made=(("transcribe", made),),
        removed=(Removed(0.0, 1.0, "never said secret", "silence"),),
        revisions=(Revision(0.0, 1.0, 1, made, "2026-09-01T10:00:00+00:00", (old,)),),
    )
    shown = Document(told, "First call", "call.m4a", 10.0)
    assert "ecret" not in html(shown)
    assert "Yes." in html(shown)


def test_a_probability_has_no_figures_that_say_nothing() -> None:
    word = Word(0.0, 0.5, "so", 0.123456789, speaker_probability=0.987654321)
    given = source(document(Turn.of("Anna", [word])))
    assert given["contents"]["turns"][0]["words"] == [[0.0, 0.5, "so", 0.123, True, 0.988]]
    assert given["word"] == [
        *("start", "end", "text", "probability", "spaced", "speaker_probability"),
    ]


@given(conversations())
def test_every_word_is_there_for_scripts_and_for_readers(turns: tuple[Turn, ...]) -> None:
    shown = page(document(*turns))
    read = [each.text for each in shown.all("p", "said")]
    assert read == [" ".join(turn.text.split()) for turn in turns]
    given = json.loads(shown.one("script", "source").text)
    told = [word["text"] for each in named(given)["turns"] for word in each["words"]]
    assert told == [word.text for turn in turns for word in turn.words]


# --- nothing comes from elsewhere -----------------------------------------------------------


def test_it_loads_nothing_from_anywhere() -> None:
    assert addresses_in(html()) == {"data:,", "#turn-0", "#turn-1", "#turn-2"}


def test_it_may_connect_to_nothing_and_run_only_what_it_was_written_with() -> None:
    shown = page()
    ran = [each for each in shown.all("script") if "json" not in each.attributes["type"]]
    hashes = {hash_of(each.text) for each in ran if each.attributes["type"] != "text/plain"}
    assert shown.policy == {
        "default-src": ["'none'"],
        "script-src": [*shown.policy["script-src"][:2], "data:"],
        "style-src": [hash_of(shown.one("style").text)],
        "img-src": ["data:"],
        "media-src": ["'none'"],
        "connect-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    assert set(shown.policy["script-src"][:2]) == hashes
    assert all("src" not in each.attributes for each in shown.all("script"))


def test_no_element_has_a_style_or_a_listener_of_its_own() -> None:
    wild = [
        name
        for element in page(heard=Heard(webm=b"webm")).elements
        for name in element.attributes
        if name == "style" or name.startswith("on")
    ]
    assert wild == []


def test_its_modules_are_in_it_and_bring_in_each_other_by_name() -> None:
    (mapped,) = (
        each.text for each in page().all("script") if each.attributes["type"] == "importmap"
    )
    modules = json.loads(mapped)["imports"]
    assert {"single.js", "view.js", "player.js", "transcript.js", "words.js"} <= set(modules)
    assert not {"api.js", "recording.js", "editing.js", "marking.js"} & set(modules)
    assert all(each.startswith("data:text/javascript;charset=utf-8,") for each in modules.values())
    assert 'from "view.js";' in unquote(modules["single.js"])


# --- its sound ------------------------------------------------------------------------------


def test_sound_is_in_it_where_a_browser_plays_it_without_scripts() -> None:
    sound = bytes(range(256)) * 10
    shown = page(heard=Heard(webm=sound, channels=2, peaks=b"\1\2\3\4"))
    (player,) = shown.all("audio")
    kind, _, data = player.attributes["src"].partition(",")
    assert (kind, base64.b64decode(data)) == ("data:audio/webm;base64", sound)
    assert {"controls", "preload"} <= set(player.attributes)
    assert shown.policy["media-src"] == ["data:", "blob:"]
    assert base64.b64decode(shown.one("script", "peaks").text) == b"\1\2\3\4"
    given = json.loads(shown.one("script", "source").text)
    assert (given["beside"], given["channels"]) == (None, 2)


def test_sound_beside_it_is_named_as_an_address_names_a_file() -> None:
    heard = Heard(beside='100 % "Anna" #1?.opus')
    shown = page(heard=heard)
    address = "100%20%25%20%22Anna%22%20%231%3F.opus"
    assert shown.one("audio").attributes["src"] == address
    assert source(heard=heard)["beside"] == address
    assert shown.policy["media-src"] == ["'self'", "file:"]


def test_without_sound_there_is_no_player_and_none_may_play() -> None:
    shown = page()
    assert shown.all("audio") == []
    assert shown.one("noscript").text == ""
    assert shown.one("script", "peaks").text == ""
    assert source()["beside"] is None
    assert shown.policy["media-src"] == ["'none'"]


@pytest.mark.parametrize("length", [0, 1, 2, 3, BYTES_AT_ONCE, BYTES_AT_ONCE + 1])
def test_what_is_written_in_pieces_is_base64_of_the_whole(length: int) -> None:
    data = bytes(length)
    assert "".join(in_base64(data)) == base64.b64encode(data).decode()


def test_a_long_sound_is_never_in_one_piece() -> None:
    written = list(pieces(CALL, Heard(webm=bytes(4 * BYTES_AT_ONCE))))
    assert max(map(len, written)) <= BYTES_AT_ONCE * 4 // 3


# --- what others say, and call things -------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_is_said_or_written_by_others_breaks_out(text: str) -> None:
    said = Turn.of(text, [Word(0.0, 0.3, text.strip() or "x"), Word(0.3, 0.6, "end")])
    told = replace(document(said, title=text), project=text, tags=(text,), recorded_at=text)
    mark = replace(MARK, text=text, note=text, tags=(text,))
    named = {text: text}
    shown = replace(told, labels=named, roles=named, highlights=(mark,), speaker_channels={text: 0})
    plain = page(replace(document(turn("x end", "Anna")), highlights=(MARK,)))
    hostile = page(shown)
    assert [each.tag for each in hostile.all("script")] == [
        each.tag for each in plain.all("script")
    ]
    assert not hostile.all("img")
    given = json.loads(hostile.one("script", "source").text)
    assert given["contents"]["turns"][0]["speaker"] == text
    assert given["contents"]["recording"]["title"] == text
    assert given["highlights"][0]["note"] == text


@given(st.text(alphabet="<>&'\"/!-$\\\u2028 ascript", max_size=40))
def test_whatever_is_said_comes_back_as_it_was(text: str) -> None:
    said = f"x{text}x"
    shown = page(document(Turn.of("Anna", [Word(0.0, 0.3, said)]), title=said))
    assert shown.one("title").text == " ".join(said.split())
    assert shown.all("p", "said")[0].text == " ".join(said.split())
    given = json.loads(shown.one("script", "source").text)
    assert given["contents"]["turns"][0]["words"][0][2] == said


def test_json_has_no_mark_that_means_something_to_html() -> None:
    written = page(document(turn("".join(HOSTILE[:5])))).one("script", "source").text
    assert not set(written) & set("<>&\u2028\u2029")


# --- as a format ----------------------------------------------------------------------------


def test_a_document_alone_is_a_page_without_sound() -> None:
    shown = taken_apart(write(rich_document()))
    assert [each.text for each in shown.all("p", "said")] == [
        *("How is it going?", "At Acme? Too expensive.", "Acme, then."),
    ]
    assert shown.all("audio") == []
    assert (FORMATS["html"].suffix, FORMATS["html"].write) == (".html", write)


def test_an_empty_recording_is_a_page_too() -> None:
    shown = page(document())
    assert shown.all("article") == []
    assert shown.one("h1").text == "First call"


def test_the_same_recording_is_the_same_page_to_the_byte() -> None:
    heard = Heard(webm=b"webm", peaks=b"1")
    assert html(heard=heard) == html(heard=heard)
