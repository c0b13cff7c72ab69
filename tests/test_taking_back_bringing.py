"""Edited files brought back into a library, as `relisten import` is typed."""

from __future__ import annotations

import json
import shlex
from collections import Counter
from typing import TYPE_CHECKING, Any

import docx
import pytest
from click.testing import CliRunner, Result

import cli
from models import engines
from pipeline.corrections import State
from pipeline.errors import NotFound, UsageError
from pipeline.export import FORMATS
from pipeline.following import follow_turns
from pipeline.highlighting import marked
from pipeline.highlights import Highlight
from pipeline.library import Library
from pipeline.opening import document_of
from pipeline.pseudonyms import Kind, Pseudonym
from pipeline.retyping.around import whole
from pipeline.rewording import fits_of
from pipeline.taking_back import working_out
from pipeline.taking_back.bringing import looked_at
from pipeline.taking_back.found import Typed
from pipeline.taking_back.moving import MOVED
from pipeline.taking_back.working_out import GONE, NO_ROOM, followed
from pipeline.transcript import Segment, SpeakerSpan, Speech
from tests.fakes import FakeEngines, FakeLanguageModel, FakeRecogniser
from tests.libraries import MADE, check_index, contents, recording
from tests.retyping import CHANNELS, SAID
from tests.values import turn, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.recording import Recording

TEXT = (
    "Honestly, we pay acne too much. We pay, well, four hundred dollars a month, and that's dear!"
)


class Here(FakeEngines):
    """What the command takes for the engines of this machine."""

    def __init__(self, *_: object) -> None:
        reader = FakeLanguageModel({"Acme": "ORG"}, ("pay Acme",))
        super().__init__(FakeRecogniser(()), readers={"en": reader})


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "LocalEngines", Here)


def call(library: Library, identity: str = "ab" * 32) -> Recording:
    """Put a call of two people into a library, told apart by channel."""
    kept = recording(identity, duration=60.0)
    library.put(kept)
    segments, spans = [], []
    for speaker, text, start in SAID:
        own = words(text, start, 0.35)
        segments.append(Segment(own[0].start, own[-1].end, own, CHANNELS[speaker]))
        spans.append(SpeakerSpan(own[0].start, own[-1].end, speaker, CHANNELS[speaker]))
    library.store_speech(kept.id, Speech("en", tuple(segments)), MADE)
    library.store_speakers(kept.id, spans, (), MADE)
    library.store_turns(kept.id, (), MADE)
    follow_turns(library, kept)
    return kept


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Library(tmp_path / "library", create=True) as library:
        call(library)
    return tmp_path / "library"


def exported(folder: Path, kind: str, *changes: tuple[str, str]) -> Path:
    """Return a file of the call in which something stands in the place of something else."""
    path = folder.parent / f"call.{kind}"
    with Library(folder) as library:
        FORMATS[kind].save(document_of(library, library.find("abab")), path)
    edit(path, *changes)
    return path


def edit(path: Path, *changes: tuple[str, str]) -> None:
    for before, after in changes:
        if path.suffix == ".docx":
            word = docx.Document(str(path))
            runs = [run for each in word.paragraphs for run in each.runs if before in run.text]
            runs[0].text = runs[0].text.replace(before, after, 1)
            word.save(str(path))
        else:
            text = path.read_text(encoding="utf-8")
            assert before in text
            path.write_text(text.replace(before, after, 1), encoding="utf-8")


def typed(folder: Path, line: str) -> Result:
    """Run a line as it is typed after `relisten`; whatever goes wrong is raised."""
    return CliRunner().invoke(
        cli.relisten,
        ["--library", str(folder), *shlex.split(line)],
        catch_exceptions=False,
        standalone_mode=False,
    )


def bring(folder: Path, path: Path, *options: str) -> Result:
    return typed(folder, shlex.join(["import", "abab", str(path), *options]))


def says(folder: Path) -> list[tuple[str | None, str]]:
    with Library(folder) as library:
        return [(each.speaker, each.text) for each in library.turns(library.find("abab").id)]


KINDS = pytest.mark.parametrize("kind", ["docx", "srt", "vtt", "txt", "md"])


@KINDS
def test_what_nobody_edited_changes_nothing(kind: str, folder: Path) -> None:
    path, before = exported(folder, kind), contents(folder)
    ran = bring(folder, path)
    assert (ran.return_value, contents(folder)) == (None, before)
    assert ran.output == f"All in {path.name} is as the library has it. Nothing is changed.\n"


@KINDS
def test_what_was_edited_is_one_change_that_is_taken_back(kind: str, folder: Path) -> None:
    stood = says(folder)
    path = exported(folder, kind, ("pay acne", "pay Acme"), ("hundred", "thousand"))
    ran = bring(folder, path)
    assert "Honestly, we pay **Acme** too much." in ran.output
    assert "Brought back: 2 corrections.\nTake it back: relisten correct --undo 1\n" in ran.output
    text = TEXT.replace("acne", "Acme").replace("hundred", "thousand")
    assert ("Ann", text) in says(folder)
    assert len(says(folder)) == len(stood)
    with Library(folder) as library:
        fits = fits_of(library.find("abab"), library)
        assert [(fit.state, fit.correction.change) for fit in fits] == [(State.APPLIED, 1)] * 2
        assert {"annotate", "embed"} <= set(library.made(library.find("abab").id))
    check_index(folder)
    typed(folder, "correct --undo")
    assert says(folder) == stood


def test_what_is_not_edited_keeps_its_times_to_the_millisecond(folder: Path) -> None:
    with Library(folder) as library:
        before = [w for each in library.turns(library.find("abab").id) for w in each.words]
    bring(folder, exported(folder, "srt", ("pay acne", "pay Acme")))
    with Library(folder) as library:
        after = [w for each in library.turns(library.find("abab").id) for w in each.words]
    changed = [(old.text, new.text) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [("acne", "Acme")]


def test_looked_at_it_changes_nothing(folder: Path) -> None:
    path = exported(folder, "docx", ("pay acne", "pay Acme"))
    before = contents(folder)
    ran = bring(folder, path, "--dry-run")
    assert contents(folder) == before
    assert "[00:03] Honestly, we pay **acne** too much." in ran.output
    assert "Nothing is changed yet: say the same without --dry-run." in ran.output


def test_a_second_time_there_is_nothing_left_to_do(folder: Path) -> None:
    path = exported(folder, "docx", ("pay acne", "pay Acme"))
    bring(folder, path)
    assert "Nothing is changed." in bring(folder, path).output


def test_what_was_put_right_since_is_kept_beside_what_comes_back(folder: Path) -> None:
    path = exported(folder, "docx", ("pay acne", "pay Acme"))
    typed(folder, 'correct abab@0:10 "Right" "Fine"')
    ran = bring(folder, path)
    assert "1 turn was put right in the library since the file was written" in ran.output
    assert ran.return_value is None
    text = TEXT.replace("acne", "Acme")
    assert {("Ben", "Fine. Why is it so?"), ("Ann", text)} <= set(says(folder))


def test_what_both_changed_is_left_and_told(folder: Path) -> None:
    path = exported(folder, "docx", ("pay acne", "pay Acme"))
    typed(folder, 'correct abab@0:03 "acne" "Acne Inc."')
    ran = bring(folder, path)
    assert ran.return_value == 1
    assert "Left over from call.docx: 1 place" in ran.output
    assert "this turn was changed in the library, too" in ran.output
    assert "Acne Inc." in {text: who for who, text in says(folder)}.__repr__()


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("srt", "Ben: Mm-hm.", "Ann: Mm-hm."),
        ("vtt", "<v Ben>Mm-hm.", "<v Ann>Mm-hm."),
        ("txt", "Ben: Mm-hm.", "Ann: Mm-hm."),
    ],
)
def test_a_turn_of_another_speaker_is_theirs_until_it_is_taken_back(
    kind: str, before: str, after: str, folder: Path
) -> None:
    stood = says(folder)
    ran = bring(folder, exported(folder, kind, (before, after), ("pay acne", "pay Acme")))
    assert "[00:07] Ben -> Ann: Mm-hm." in ran.output
    assert "relisten speakers abababab --undo" in ran.output
    assert not any("Mm-hm" in text for who, text in says(folder) if who == "Ben")
    typed(folder, "speakers abab --undo")
    typed(folder, "correct --undo")
    assert says(folder) == stood


def test_marks_and_comments_become_highlights_once(folder: Path) -> None:
    with Library(folder) as library:
        marked(library, library.find("abab"), Highlight(0.0, 2.0, 0, "", ("opening",), "Good."))
    path = exported(folder, "docx")
    word = docx.Document(str(path))
    run = next(r for each in word.paragraphs for r in each.runs if "Why is it" in r.text)
    word.add_comment(run, "ask again", "Eve", "E")
    word.save(str(path))
    ran = bring(folder, path)
    assert 'new highlight "Right. Why is it so?"; note: Eve: ask again' in ran.output
    assert "See the highlights: relisten highlights --in abababab" in ran.output
    again = bring(folder, path)
    assert again.output.startswith("1 mark is there already, as a highlight.\n")
    with Library(folder) as library:
        kept = library.highlights(library.find("abab").id)
    assert [(each.text, each.tags, each.note) for each in kept] == [
        ("So how do you like it?", ("opening",), "Good."),
        ("Right. Why is it so?", (), "Eve: ask again"),
    ]


def test_codings_become_highlights(folder: Path) -> None:
    path = exported(folder, "qdpx")
    assert "Nothing is changed" in bring(folder, path).output


def test_other_programs_get_it_as_json(folder: Path) -> None:
    path = exported(folder, "srt", ("pay acne", "pay Acme"), ("Ben: Mm-hm.", "Bobby: Mm-hm."))
    ran = bring(folder, path, "--json", "--dry-run")
    told: dict[str, Any] = json.loads(ran.output)
    assert ran.return_value == 1
    assert [(each["before"], each["after"]) for each in told["corrections"]] == [("acne", "Acme")]
    assert [(each["start"], each["says"]) for each in told["left"]] == [(7.0, "Bobby")]
    assert (told["recording"]["id"], told["change"]) == ("ab" * 32, None)


def test_a_long_list_of_what_is_left_over_is_cut_short(folder: Path) -> None:
    path = exported(folder, "srt")
    extra = "".join(f"{n}\n00:05:{n},000 --> 00:05:{n},900\nOh {n}\n\n" for n in range(10, 59))
    path.write_text(path.read_text(encoding="utf-8") + "\n" + extra, encoding="utf-8")
    ran = bring(folder, path)
    assert "Left over from call.srt: 49 places" in ran.output
    assert ran.output.count("file:   Oh ") == 40
    assert "  and 9 more: --json lists all\n" in ran.output


@pytest.mark.parametrize(("kind", "text"), [("srt", ""), ("vtt", "WEBVTT\n")])
def test_an_empty_file_is_said_in_one_sentence(kind: str, text: str, folder: Path) -> None:
    path = folder.parent / f"empty.{kind}"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="there is no subtitle in it"):
        bring(folder, path)


def test_a_file_of_another_recording_changes_nothing(folder: Path) -> None:
    path, before = folder.parent / "other.srt", contents(folder)
    line = "This is what was said to somebody else on quite another day, and about other things"
    cues = (f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{line} {n}.\n" for n in range(1, 8))
    path.write_text("\n".join(cues), encoding="utf-8")
    with pytest.raises(UsageError, match="it seems to be of another recording"):
        bring(folder, path)
    assert contents(folder) == before


WITHOUT_MARKS = pytest.mark.parametrize("kind", ["srt", "vtt", "txt", "md"])


@WITHOUT_MARKS
def test_a_file_of_before_takes_back_nothing_that_was_put_right(kind: str, folder: Path) -> None:
    path = exported(folder, kind, ("hundred", "thousand"))
    typed(folder, 'correct abab@0:03 "acne" "Acme Inc."')
    typed(folder, 'speakers abab --passage "0:07-0:08=Cleo"')
    ran = bring(folder, path)
    text = TEXT.replace("acne", "Acme Inc.").replace("hundred", "thousand")
    assert {("Ann", text), ("Cleo", "Mm-hm.")} <= set(says(folder))
    assert ran.output.count("stands in the file as it did before; it stays") == 2
    assert (ran.return_value, "-> Ben" in ran.output) == (1, False)


@pytest.mark.parametrize("kind", ["txt", "md"])
def test_turns_that_became_one_since_lose_no_words(kind: str, folder: Path) -> None:
    path = exported(folder, kind, ("hundred", "thousand"))
    typed(folder, "correct abab@0:07 --speaker Ann")
    stood = says(folder)
    assert MOVED in bring(folder, path).output
    assert says(folder) == stood


def test_what_a_person_edited_beside_what_was_put_right_comes_back(folder: Path) -> None:
    path = exported(folder, "txt", ("pay acne", "pay Acne Limited"))
    typed(folder, 'correct abab@0:03 "acne" "Acme Inc."')
    bring(folder, path)
    assert any("pay Acne Limited too" in said for _, said in says(folder))


def test_what_is_refused_is_said_in_one_sentence(folder: Path) -> None:
    odd = folder.parent / "call.pdf"
    odd.write_bytes(b"%PDF")
    with pytest.raises(UsageError, match=r"call.pdf: files of that kind .* \.docx, \.srt, \.vtt"):
        bring(folder, odd)
    with pytest.raises(UsageError, match="there is no such file"):
        bring(folder, folder.parent / "gone.docx")
    with pytest.raises(NotFound):
        typed(folder, shlex.join(["import", "ffff", str(odd)]))


def test_a_recording_without_words_has_none_to_put_right(folder: Path) -> None:
    with Library(folder) as library:
        silent = recording("cd" * 32)
        library.put(silent)
        path = exported(folder, "srt")
        with pytest.raises(UsageError, match="there are no words in it"):
            looked_at(library, silent, path)


# Files without names


@pytest.mark.parametrize("kind", ["docx", "srt"])
def test_what_took_the_place_of_names_does_not_come_back(kind: str, folder: Path) -> None:
    person = Pseudonym("Ann", Kind.PERSON, "P07")
    company = Pseudonym("acne", Kind.COMPANY, "Company A")
    stood = says(folder)
    with Library(folder) as library:
        library.set_pseudonyms(None, [person, company])
    path = exported(folder, kind)
    changes = [("acne", "Company A"), ("acne", "Company A's"), ("dear", "cheap")]
    edit(path, *changes)
    if kind != "docx":
        text = path.read_text(encoding="utf-8").replace("Ann", "P07")
        path.write_text(text, encoding="utf-8")
    ran = bring(folder, path)
    assert ran.return_value is None
    assert "Brought back: 1 correction." in ran.output
    assert says(folder) == [(who, text.replace("dear", "cheap")) for who, text in stood]


def test_words_beside_what_took_the_place_of_a_name_are_listed(folder: Path) -> None:
    with Library(folder) as library:
        library.set_pseudonyms(None, [Pseudonym("acne", Kind.COMPANY, "Company A")])
    ran = bring(folder, exported(folder, "txt", ("pay acne too", "owe Company A far too")))
    assert ran.return_value == 1
    assert "stands: pay acne\n" in ran.output
    assert "file:   owe Company A far\n" in ran.output


def test_a_word_like_the_sign_for_a_number_is_a_word(folder: Path) -> None:
    ran = bring(folder, exported(folder, "txt", ("pay acne too", "pay any number too")))
    assert "Brought back: 1 correction." in ran.output


# Worked out turn by turn


def worked_out(folder: Path, wanted: Sequence[Typed]) -> tuple[list[str], list[str]]:
    """Return the turns that follow, and why the rest is left over."""
    with Library(folder) as library:
        kept = library.find("abab")
        found = followed(whole(kept, library), wanted, "2026-09-01T10:00:00+00:00")
        turns = [f"{each.speaker}: {each.text}" for each in found.turns]
        return turns, [each.why for each in found.left]


def test_all_turns_can_be_typed_anew_at_once(folder: Path) -> None:
    texts = [text.upper() for _, text in says(folder)]
    turns, left = worked_out(folder, [Typed(n, text) for n, text in enumerate(texts)])
    assert [turn.partition(": ")[2] for turn in turns] == texts
    assert left == []


def test_what_cannot_stand_is_left_and_the_rest_goes_on(folder: Path) -> None:
    turns, left = worked_out(folder, [Typed(0, "..."), Typed(2, "Uh-huh.")])
    assert "Ben: Uh-huh." in turns
    assert len(left) == 1
    assert left[0].startswith("there is no word in '...'")


def test_who_speaks_is_put_right_after_the_words(folder: Path) -> None:
    turns, left = worked_out(folder, [Typed(2, "Uh-huh.", "Ann")])
    assert left == []
    assert not any("Uh-huh." in turn for turn in turns if turn.startswith("Ben"))
    assert any("Uh-huh." in turn for turn in turns if turn.startswith("Ann"))


def test_a_turn_whose_words_stand_otherwise_by_now_is_left(folder: Path) -> None:
    with Library(folder) as library:
        here = whole(library.find("abab"), library)
        here.kept[0] = turn("It was another call.", "Ben", 0.0)
        found = followed(here, [Typed(0, "It was this call."), Typed(2, "Uh-huh.")], "")
    assert [(each.says, each.why) for each in found.left] == [("It was this call.", GONE)]
    assert "Uh-huh." in [each.text for each in found.turns]


def test_what_would_come_out_otherwise_from_the_words_around_is_worked_out_from_all(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = [Typed(1, TEXT.replace("acne", "Acme")), Typed(2, "Uh-huh.")]
    expected = worked_out(folder, wanted)
    monkeypatch.setattr(working_out, "READ", 0.0)
    assert worked_out(folder, wanted) == expected
    assert f"Ann: {wanted[0].text}" in expected[0]


def test_where_all_together_is_not_what_each_came_to_nothing_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stood = [f"{who}: {text}" for who, text in says(folder)]
    monkeypatch.setattr(working_out, "owned", lambda turns: Counter([id(turns)]))
    assert worked_out(folder, [Typed(2, "Uh-huh.")]) == (stood, [NO_ROOM])
