"""JSON: its schema, and that reading is the inverse of writing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.export import Document
from pipeline.export.as_json import as_data, parse, write
from pipeline.highlights import Highlight
from pipeline.recording import Layout
from pipeline.timestamps import milliseconds
from pipeline.transcript import (
    Annotation,
    Entity,
    Keyphrase,
    Made,
    Mention,
    Removed,
    Revision,
    Segment,
    Transcript,
    Turn,
    Unheard,
    Word,
)
from tests.sources import ROOT
from tests.values import document, rich_document, turn

if TYPE_CHECKING:
    from collections.abc import Iterator

THOUSANDTHS = st.integers(0, 10**8).map(lambda count: count / 1000)
TIMES = st.tuples(THOUSANDTHS, THOUSANDTHS).map(sorted)
TEXT = st.text(max_size=8)
WORD_TEXT = st.text(min_size=1, max_size=8).map(str.strip).filter(bool)
SHARE = st.floats(0, 1)
CHANNEL = st.none() | st.integers(0, 3)


HIGHLIGHT = Highlight(
    2.4,
    3.6,
    1,
    "Too dear.",
    ("pricing",),
    "ask again",
    True,
    "2026-09-01T10:00",
    "2026-09-02T10:00",
)
MADE_OF = replace(
    rich_document(),
    highlights=(HIGHLIGHT,),
    labels={"Anna": "Speaker 1", "Ben & Co": "Speaker 2"},
    roles={"Anna": "interviewer"},
    layout=Layout.CHANNEL_PER_SPEAKER,
    speaker_channels={"Anna": 0, "Ben & Co": None},
)
DATA = json.loads(write(MADE_OF))
NEW = {"highlights", "labels", "roles", "layout", "speaker_channels"}
SCHEMA = json.loads((ROOT / "docs/transcript.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema_rs.validator_for(SCHEMA)


def words() -> st.SearchStrategy[Word]:
    """Make words at whole milliseconds."""
    return st.builds(
        lambda times, *rest: Word(*times, *rest),
        TIMES,
        WORD_TEXT,
        SHARE,
        st.booleans(),
        st.none() | SHARE,
    )


def mentions() -> st.SearchStrategy[Mention]:
    """Make mentions at whole milliseconds."""
    return st.builds(
        lambda times: Mention(times[0], times[1], turn=0, start_char=2, end_char=5), TIMES
    )


def tuples_of(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Make short tuples."""
    return st.lists(values, max_size=3).map(tuple)


def revisions(made: st.SearchStrategy[Made]) -> st.SearchStrategy[Revision]:
    """Make revisions at whole milliseconds."""
    segments = st.builds(
        lambda times, *rest: Segment(*times, *rest),
        TIMES,
        tuples_of(words()),
        CHANNEL,
        st.none() | TEXT,
    )
    return st.builds(
        lambda times, *rest: Revision(*times, *rest),
        TIMES,
        st.integers(1, 9),
        made,
        TEXT,
        tuples_of(segments),
        st.booleans(),
    )


def documents() -> st.SearchStrategy[Document]:
    """Make documents with anything in any field."""
    turns = st.builds(Turn.of, st.none() | TEXT, st.lists(words(), min_size=1, max_size=4))
    in_order = st.lists(turns, max_size=4).map(
        lambda turns: tuple(sorted(turns, key=lambda turn: turn.start))
    )
    annotation = st.builds(
        Annotation,
        tuples_of(st.builds(Entity, TEXT, TEXT, mentions())),
        tuples_of(st.builds(Keyphrase, TEXT, SHARE, tuples_of(mentions()))),
    )
    pairs = tuples_of(st.tuples(TEXT, TEXT))
    made = st.builds(Made, TEXT, TEXT, TEXT, TEXT, pairs, tuples_of(TEXT))
    said = st.builds(
        Transcript,
        TEXT,
        st.none() | TEXT,
        in_order,
        annotation,
        tuples_of(st.tuples(TEXT, made)),
        tuples_of(st.tuples(TEXT, THOUSANDTHS)),
        tuples_of(
            st.builds(lambda times, *rest: Removed(*times, *rest), TIMES, TEXT, TEXT, CHANNEL)
        ),
        tuples_of(
            st.builds(lambda times, channel: Unheard(times[0], times[1], channel), TIMES, CHANNEL)
        ),
        tuples_of(revisions(made)),
    )
    maybe = st.none() | TEXT
    return st.builds(Document, said, TEXT, TEXT, THOUSANDTHS, maybe, maybe)


def without(data: dict[str, Any], *path: str | int) -> str:
    """Return JSON from which the field at a path is gone."""
    return put(data, None, *path, gone=True)


def put(data: Any, value: Any, *path: str | int, gone: bool = False) -> str:
    """Return JSON in which the field at a path has another value."""
    copy = inner = json.loads(json.dumps(data))
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    if gone:
        del inner[path[-1]]
    return json.dumps(copy)


def test_the_file_says_what_it_is_and_holds_the_recording_and_the_turns() -> None:
    spoken = Turn.of("Ben", (Word(1.0, 1.25, "Zu", 1.0, True, 0.75), Word(1.25, 1.5, "teuer.")))
    assert json.loads(write(document(spoken))) == {
        "format": "relisten-transcript",
        "version": 2,
        "recording": {
            "id": "abc123",
            "title": "First call",
            "file_name": "call.m4a",
            "recorded_at": None,
            "duration": 3600.0,
            "project": None,
            "participants": [],
            "tags": [],
        },
        "language": "en",
        "speakers": ["Ben"],
        "turns": [
            {
                "start": 1.0,
                "end": 1.5,
                "speaker": "Ben",
                "text": "Zu teuer.",
                "words": [
                    {
                        "start": 1.0,
                        "end": 1.25,
                        "text": "Zu",
                        "probability": 1.0,
                        "spaced": True,
                        "speaker_probability": 0.75,
                    },
                    {
                        "start": 1.25,
                        "end": 1.5,
                        "text": "teuer.",
                        "probability": 1.0,
                        "spaced": True,
                        "speaker_probability": None,
                    },
                ],
            }
        ],
        "entities": [],
        "keyphrases": [],
        "made": [],
        "languages": [],
        "removed": [],
        "unheard": [],
        "revisions": [],
        "questions": [],
        "highlights": [],
        "labels": {},
        "roles": {},
        "layout": "mono",
        "speaker_channels": {},
    }


def test_annotations_and_how_they_were_made_are_kept_field_for_field() -> None:
    data = json.loads(write(rich_document()))
    assert data["entities"][0] == {
        "text": "Acme",
        "label": "ORG",
        "mention": {"start": 2.4, "end": 2.7, "turn": 1, "start_char": 4, "end_char": 8},
        "name": "",
        "value": "",
    }
    assert data["keyphrases"][0] == {
        "text": "price",
        "rank": 0.5,
        "mentions": [],
        "lemma": "",
    }
    assert data["made"] == [
        [
            "transcribe",
            {
                "engine": "whisper",
                "version": "1.2",
                "model": "base",
                "digest": "00ff",
                "options": [["beam", "5"]],
                "notes": ["no timings at 3 s"],
            },
        ]
    ]


def second_thoughts() -> Document:
    """Return a document in which words were removed, not heard, and heard anew."""
    made = Made("whisper", "1.2", "small")
    before = (Segment(1.0, 1.6, turn("So so", start=1.0).words, 1, "en", -0.25),)
    said = replace(
        rich_document().transcript,
        languages=(("en", 60.5), ("de", 2.0)),
        removed=(Removed(1.00049, 2.0, "Thank you.", "a stock phrase", 0),),
        unheard=(Unheard(12.25, 14.5),),
        revisions=(Revision(1.0, 3.0, 1, made, "2026-09-01T10:00:00+00:00", before),),
    )
    return replace(rich_document(), transcript=said)


def test_what_was_removed_not_heard_and_heard_anew_is_kept_field_for_field() -> None:
    data = json.loads(write(second_thoughts()))
    assert data["languages"] == [["en", 60.5], ["de", 2.0]]
    assert data["removed"] == [
        {"start": 1.0, "end": 2.0, "text": "Thank you.", "reason": "a stock phrase", "channel": 0}
    ]
    assert data["unheard"] == [{"start": 12.25, "end": 14.5, "channel": None}]
    (revision,) = data["revisions"]
    assert (revision["number"], revision["made"]["model"]) == (1, "small")
    assert revision["standing"] is True
    assert revision["before"][0]["words"][0]["text"] == "So"
    assert revision["before"][0]["average_logprob"] == -0.25


def test_a_file_from_before_there_were_second_thoughts_is_read() -> None:
    data = as_data(rich_document())
    old = {"languages", "removed", "unheard", "revisions"}
    text = json.dumps({name: value for name, value in data.items() if name not in old})
    assert data.keys() >= old
    assert parse(text) == rich_document()


def test_the_data_is_what_the_text_says() -> None:
    written = json.loads(write(MADE_OF))
    assert json.loads(json.dumps(as_data(MADE_OF))) == {
        name: value for name, value in written.items() if name not in NEW
    }


def test_a_file_of_the_version_before_is_read() -> None:
    old = {name: value for name, value in DATA.items() if name not in NEW} | {"version": 1}
    assert parse(json.dumps(old)) == replace(
        MADE_OF, highlights=(), labels={}, roles={}, speaker_channels={}, layout=Layout.MONO
    )


def test_what_people_made_of_it_is_kept_field_for_field() -> None:
    assert DATA["highlights"] == [
        {
            "start": 2.4,
            "end": 3.6,
            "number": 1,
            "text": "Too dear.",
            "tags": ["pricing"],
            "note": "ask again",
            "starred": True,
            "made_at": "2026-09-01T10:00",
            "changed_at": "2026-09-02T10:00",
            "places": [{"start": 2.4, "end": 3.3, "turn": 1, "start_char": 3, "end_char": 23}],
        }
    ]
    assert DATA["turns"][1]["text"][3:23] == "Acme? Too expensive."
    assert (DATA["labels"], DATA["roles"]) == (MADE_OF.labels, MADE_OF.roles)
    assert (DATA["layout"], DATA["speaker_channels"]) == (
        "channel-per-speaker",
        {"Anna": 0, "Ben & Co": None},
    )
    assert parse(write(MADE_OF)) == MADE_OF


def test_each_turn_is_a_line_that_is_json_itself() -> None:
    lines = write(MADE_OF).splitlines()
    begin = lines.index('"turns": [') + 1
    read = [json.loads(line.rstrip(",")) for line in lines[begin : begin + 3]]
    assert read == DATA["turns"]
    assert lines[begin + 3] == "],"


@pytest.mark.parametrize("said", [MADE_OF, second_thoughts(), document()])
def test_another_program_finds_it_as_its_schema_has_it(said: Document) -> None:
    VALIDATOR.validate(json.loads(write(said)))


@given(documents())
def test_whatever_is_written_is_as_its_schema_has_it(said: Document) -> None:
    VALIDATOR.validate(json.loads(write(said)))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), "2"),
        (("format",), "other"),
        (("recording", "title"), None),
        (("turns", 0, "words"), []),
        (("turns", 0, "words", 0, "text"), ""),
        (("turns", 0, "words", 0, "probability"), 2),
        (("turns", 0, "start"), -1),
        (("highlights", 0, "starred"), "yes"),
        (("layout",), "round"),
        (("made", 0), ["transcribe"]),
    ],
)
def test_its_schema_refuses_what_is_none(path: tuple[str | int, ...], value: Any) -> None:
    assert not VALIDATOR.is_valid(json.loads(put(DATA, value, *path)))


def test_its_schema_knows_every_field_that_there_is() -> None:
    def undescribed(kind: Any, data: Any) -> Iterator[str]:
        kind = SCHEMA["$defs"][kind["$ref"].split("/")[-1]] if "$ref" in kind else kind
        if isinstance(data, dict) and "properties" in kind:
            yield from data.keys() - kind["properties"].keys()
            for name, value in data.items():
                yield from undescribed(kind["properties"].get(name, {}), value)
        elif isinstance(data, list):
            kinds = kind.get("prefixItems") or [kind.get("items", {})] * len(data)
            for each, value in zip(kinds, data, strict=True):
                yield from undescribed(each, value)

    full = json.loads(write(second_thoughts())) | {"highlights": DATA["highlights"]}
    assert list(undescribed(SCHEMA, full)) == []
    assert list(undescribed(SCHEMA, {"surprise": 1})) == ["surprise"]


def test_letters_are_written_as_they_are() -> None:
    assert "für 今日" in write(document(turn("für 今日")))


def test_times_are_rounded_to_the_millisecond_and_probabilities_are_not() -> None:
    word = Word(1.00049, 59.9996, "Yes.", probability=0.123456789)
    (said,) = json.loads(write(document(Turn.of("Anna", (word,)))))["turns"]
    assert (said["start"], said["end"]) == (1.0, 60.0)
    assert said["words"][0]["probability"] == 0.123456789


def test_a_rich_document_is_read_as_it_was_written() -> None:
    assert parse(write(rich_document())) == rich_document()


@given(documents())
def test_reading_is_the_inverse_of_writing(said: Document) -> None:
    assert parse(write(said)) == said


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 1e5)).map(sorted), min_size=1))
def test_what_was_read_once_is_written_the_same_again(times: list[list[float]]) -> None:
    spoken = tuple(Word(start, end, "so") for start, end in times)
    text = write(document(Turn.of(None, spoken)))
    assert write(parse(text)) == text
    read = parse(text).transcript.turns[0].words
    assert [word.start for word in read] == [milliseconds(word.start) / 1000 for word in spoken]


def test_fields_that_have_a_default_may_be_absent() -> None:
    text = without(DATA, "turns", 0, "words", 0, "probability")
    assert parse(text) == MADE_OF


def test_a_whole_number_is_a_time() -> None:
    text = put(DATA, 1, "turns", 0, "words", 0, "end")
    assert parse(text).transcript.turns[0].words[0].end == 1.0


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("format",), "other", "export it with --format json"),
        (("version",), 3, "has version 3, and this relisten reads 1 and 2"),
        (("version",), True, "has version True"),
        (("roles",), {"Anna": 5}, "roles.Anna is 5, not of type str"),
        (("roles",), [], "roles is [], not an object"),
        (("layout",), "round", "layout is 'round', none of mono, "),
        (("highlights", 0, "text"), None, "highlights[0].text is None, not of type str"),
        (("recording",), [], "recording is [], not an object"),
        (("recording", "title"), None, "recording.title is None, not of type str"),
        (("recording", "duration"), -1, "not -1.0"),
        (("language",), 5, "language is 5, not of type str"),
        (("turns",), "no", "turns is 'no', not a list"),
        (("turns", 0, "words"), [], "a turn has at least one word"),
        (("turns", 0, "start"), 50.0, "turns[0]: not a span of time"),
        (("turns", 1, "words", 0, "text"), " a", "turns[1].words[0]: a word is text"),
        (("turns", 1, "words", 0, "spaced"), 1, "turns[1].words[0].spaced is 1, not of type bool"),
        (("turns", 1, "words", 0, "start"), True, "is True, not of type float"),
        (("turns", 1, "words", 0, "start"), 10**400, "not a transcript"),
        (("turns", 1, "words", 0, "start"), float("nan"), "NaN is not a number"),
        (("entities", 0, "mention", "turn"), "1", "entities[0].mention.turn is '1'"),
        (("made", 0), ["transcribe"], "made[0] has 1 parts, not 2"),
        (("made", 0, 1, "options", 0), "ab", "options[0] is 'ab', not a list"),
    ],
)
def test_what_is_no_transcript_is_refused_with_the_place_and_the_reason(
    path: tuple[str | int, ...], value: Any, message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        parse(put(DATA, value, *path))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (("recording", "id"), "recording.id is missing"),
        (("turns",), "turns is missing"),
        (("turns", 1, "words", 0, "text"), "turns[1].words[0].text is missing"),
    ],
)
def test_a_missing_field_is_named(path: tuple[str | int, ...], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(without(DATA, *path))
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "5", "null", "{}", "[" * 100_000])
def test_text_that_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a transcript that can be read"):
        parse(text)


def test_turns_out_of_order_are_refused() -> None:
    data = DATA
    with pytest.raises(UsageError, match="turns are in the order"):
        parse(json.dumps({**data, "turns": data["turns"][::-1]}))


def test_speakers_and_running_text_follow_from_the_turns() -> None:
    data = json.loads(write(rich_document()))
    said = parse(put(data, "Something else.", "turns", 0, "text"))
    assert said == rich_document()
    renamed = replace(rich_document().transcript.turns[0], speaker="Zoe")
    assert as_data(document(renamed))["speakers"] == ("Zoe",)
