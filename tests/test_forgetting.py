"""Recordings forgotten: which ones, all that goes, the proof, and asking again after a crash."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.asked import Ask, Asks
from pipeline.errors import LibraryError, NotFound, UsageError
from pipeline.journal import Journal
from pipeline.keeping import forgetting
from pipeline.keeping.backing_up import back_up
from pipeline.keeping.forgetting import (
    Elsewhere,
    files_of,
    forget,
    older_than,
    parting,
    phrase_left,
    phrase_pattern,
    recorded_before,
)
from pipeline.keeping.restoring import restore
from pipeline.library import Library, database
from pipeline.search import search
from pipeline.sighting import Sighting
from tests.libraries import MADE, check_index, fill, recording
from tests.test_library_safekeeping import reader
from tests.test_library_speakers import SPANS, voiceprint
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.progress import Progress
    from pipeline.recording import Recording

ID, OTHER = "ab" * 32, "cd" * 32
TODAY = date(2026, 9, 30)
SAID = (
    "The Whitfieldian restaurants were marvellously expensive, and I told them so in May, "
    "standing at their door with the invoice in my hand and my coat still on."
)
COMMON = "Thank you very much for your time, it was a pleasure to talk to you today, goodbye."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Return a library of two calls that end alike, with a log, copies and voices."""
    with Library(tmp_path / "library", create=True) as opened:
        (opened.folder / "copies").mkdir()
        for identity, said in ((ID, SAID), (OTHER, "We never buy anything from anybody here.")):
            path = tmp_path / f"interview-{identity[:4]}.m4a"
            path.write_bytes(b"original")
            known = recording(identity, title=path.stem, path=path)
            turns = (turn(said, "Speaker 1"), turn(COMMON, "Speaker 2", 60.0))
            fill(opened, known, *turns)
            opened.store_speakers(identity, SPANS, [voiceprint(identity)], MADE)
            opened.store_turns(identity, turns, MADE)
            for place in (opened.copy_path(identity), opened.peaks_path(identity)):
                place.write_bytes(identity.encode())
            Journal(opened.folder).began(path, identity)
        yield opened


def known(library: Library, identity: str = ID) -> Recording:
    found = library.get(identity)
    assert found is not None
    return found


def raw(folder: Path) -> bytes:
    return b"\0".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def dated(day: str, **fields: str) -> Recording:
    return recording(f"{day}{fields}", recorded_at=f"{day}T10:00:00", **fields)


# Which ones


@pytest.mark.parametrize(
    ("age", "day"),
    [
        ("0d", date(2026, 9, 30)),
        ("1d", date(2026, 9, 29)),
        ("365d", date(2025, 9, 30)),
        ("2w", date(2026, 9, 16)),
        ("1m", date(2026, 8, 30)),
        ("7m", date(2026, 2, 28)),
        ("9m", date(2025, 12, 30)),
        ("18m", date(2025, 3, 30)),
        ("2y", date(2024, 9, 30)),
        (" 2 Y ", date(2024, 9, 30)),
    ],
)
def test_an_age_is_a_day_before_today(age: str, day: date) -> None:
    assert older_than(age, TODAY) == day


def test_a_leap_day_is_a_year_old_on_the_last_of_its_month() -> None:
    assert older_than("1y", date(2028, 2, 29)) == date(2027, 2, 28)


@pytest.mark.parametrize("age", ["", "365", "d", "-3d", "1.5y", "2 years", "10000d", "1h", "²d"])
def test_what_is_no_age_is_refused(age: str) -> None:
    with pytest.raises(UsageError, match=r"is no age. Write days.*365d, 18m, 2y"):
        older_than(age, TODAY)


@pytest.mark.parametrize("age", ["9999y", "2026y", "2025y"])
def test_an_age_of_before_all_dates_is_refused(age: str) -> None:
    if age == "2025y":
        assert older_than(age, TODAY) == date(1, 9, 30)
        return
    with pytest.raises(UsageError, match="longer than there are dates"):
        older_than(age, TODAY)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 600))
def test_more_months_never_lead_to_a_later_day(today: date, months: int) -> None:
    assert older_than(f"{months + 1}m", today) <= older_than(f"{months}m", today) <= today


def test_recordings_of_before_a_day_are_chosen_and_of_one_project_alone(tmp_path: Path) -> None:
    young, old = dated("2024-09-30"), dated("2024-09-29")
    acme = dated("2023-01-01", project="Acme")
    with Library(tmp_path, create=True) as library:
        for each in (young, old, acme):
            library.put(each)
        day = date(2024, 9, 30)
        assert recorded_before(library, day, None) == [acme, old]
        assert recorded_before(library, day, " ACME") == [acme]
        with pytest.raises(NotFound):
            recorded_before(library, day, "Other")


def test_what_would_go_is_told_with_the_bytes_of_its_copies(library: Library) -> None:
    told = parting(known(library), library)
    assert told.copies == 2 * len(ID)
    assert told.holdings.words == len(f"{SAID} {COMMON}".split())
    assert told.holdings.voiceprints == 1
    library.drop_copy(ID)
    assert parting(known(library), library).copies == 0


# Forgetting


def test_what_is_forgotten_is_gone_and_proved_to_be(library: Library) -> None:
    before = raw(library.folder)
    phrases = (SAID, "Whitfieldian", "interview-abab", ID, ID[:12])
    assert all(phrase.encode() in before for phrase in phrases)
    done = forget([known(library)], library)
    after = raw(library.folder)
    assert [phrase for phrase in phrases if phrase.encode() in after] == []
    assert b"hitfieldian" not in after
    assert done.left == ()
    assert done.lines == 1
    assert done.pieces > 5
    assert done.words > 4
    assert done.files == len(files_of(library.folder))
    assert library.identities() == (OTHER,)


def test_the_others_stay_and_are_found(library: Library) -> None:
    texts = [each.text for each in library.turns(OTHER)]
    forget([known(library)], library)
    assert [each.text for each in library.turns(OTHER)] == texts
    assert len(search(library, "pleasure")) == 1
    assert library.copy_path(OTHER).is_file()
    assert Journal(library.folder).path.read_text(encoding="utf-8").count("interview-cdcd") == 1
    check_index(library.folder)


def test_the_original_is_not_touched(library: Library) -> None:
    path = known(library).path
    forget([known(library)], library)
    assert path.read_bytes() == b"original"


def test_the_names_that_its_file_had_elsewhere_go_too(library: Library, tmp_path: Path) -> None:
    earlier = tmp_path / "secret client.flac"
    Journal(library.folder).failed(earlier, "ef" * 32, OSError("cut off"))  # mended, then moved
    library.put_place(ID, Sighting(earlier, 8, 1), {})
    assert b"secret client" in raw(library.folder)
    done = forget([known(library)], library)
    assert done.left == ()
    assert b"secret client" not in raw(library.folder)


def test_what_the_browser_asked_for_of_it_goes_too(library: Library) -> None:
    asks = Asks.of(library.folder)
    call = known(library)
    asks.add(Ask(library.folder / "elsewhere.m4a", "acme", reason="it broke off", identity=ID))
    asks.add(Ask(call.path, reason="it is empty"))
    asks.add(Ask(known(library, OTHER).path))
    done = forget([call], library)
    assert [ask.path for _, ask in asks] == [known(library, OTHER).path]
    assert done.left == ()


def test_several_are_forgotten_together(library: Library) -> None:
    done = forget([known(library), known(library, OTHER)], library)
    assert done.left == ()
    assert library.identities() == ()
    assert b"pleasure" not in raw(library.folder)


def test_what_is_forgotten_may_come_again_and_go_again(library: Library) -> None:
    again = known(library)
    forget([again], library)
    fill(library, again, turn(SAID))
    assert len(search(library, "Whitfieldian")) == 1
    assert forget([again], library).left == ()


@pytest.mark.parametrize("step", ["empty", "wipe", "erase"])
@pytest.mark.parametrize("after", [True, False])
def test_broken_off_at_any_step_it_is_ended_by_asking_again(
    library: Library, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    real = getattr(Library, step)

    def broken(*given: object) -> None:
        if after:
            real(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Library, step, broken)
        with pytest.raises(KeyboardInterrupt):
            forget([known(library)], library)
    if (step, after) != ("erase", True):  # with the last step done, there is nothing left to ask
        assert forget([known(library)], library).left == ()
    assert library.identities() == (OTHER,)
    assert b"hitfieldian" not in raw(library.folder)
    assert phrase_left("Whitfieldian", library) == {}


def test_a_library_that_another_reads_is_told_and_asking_again_ends_it(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY", 0.05)
    with Library(library.folder) as impatient, closing(reader(library.folder)):
        with pytest.raises(LibraryError, match="another relisten has the library open"):
            forget([known(impatient)], impatient)
        assert impatient.get(ID) is not None
    assert forget([known(library)], library).left == ()
    assert b"hitfieldian" not in raw(library.folder)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", f"He said: {SAID}"),
        ("copies/strange.opus", f"xx{SAID}"),
        (f".{'0a' * 16}.sqlite", '...["Whitfieldian",0.3,0.6,0.9,true]...'),
        ("notes.md", "Whitfieldian"),
        (f"{ID}.wav", "sound"),
    ],
    ids=["a note", "a strange copy", "what was broken off", "one word", "a name"],
)
def test_what_is_left_in_any_file_is_told(library: Library, name: str, content: str) -> None:
    (library.folder / name).write_text(content, encoding="utf-8")
    assert forget([known(library)], library).left == (library.folder / name,)


def test_what_others_said_too_is_not_taken_for_what_is_left(library: Library) -> None:
    (library.folder / "notes.txt").write_text(COMMON, encoding="utf-8")
    assert forget([known(library)], library).left == ()


def test_an_older_copy_of_the_library_goes_too(library: Library) -> None:
    older = library.folder / "library.before-version-3.sqlite"
    older.write_bytes(SAID.encode())
    assert forget([known(library)], library).earlier == (older,)
    assert not older.exists()


def test_how_far_the_search_is_goes_up_to_all_of_it(library: Library) -> None:
    told: list[Progress] = []
    forget([known(library)], library, told.append)
    parts = [each.fraction for each in told]
    assert parts == sorted(parts)
    assert parts[-1] == 1


# Where else it is


def test_the_backups_that_have_it_are_named(library: Library, tmp_path: Path) -> None:
    back_up(library, tmp_path / "with.zip")
    back_up(library, tmp_path / "lost.zip")
    (tmp_path / "lost.zip").unlink()
    done = forget([known(library)], library)
    back_up(library, tmp_path / "without.zip")
    made = {each.path: each.made_at for each in library.backups()}
    with_it, lost = str(tmp_path / "with.zip"), str(tmp_path / "lost.zip")
    assert set(done.elsewhere) == {
        Elsewhere(with_it, made[with_it], sure=True),
        Elsewhere(lost, made[lost], sure=False),
    }
    sure = {each.path for each in forgetting.elsewhere({OTHER}, library) if each.sure}
    assert sure == {with_it, str(tmp_path / "without.zip")}
    paths = {each.path for each in forgetting.elsewhere({ID}, library)}
    assert paths == {with_it, lost}


def test_a_library_that_was_moved_aside_is_named(library: Library, tmp_path: Path) -> None:
    folder = library.folder
    back_up(library, tmp_path / "backup.zip")
    library.close()
    moved = restore(tmp_path / "backup.zip", folder, force=True).before
    with Library(folder) as put_back:
        named = {each.path for each in forget([known(put_back)], put_back).elsewhere}
    assert named == {str(moved), str(tmp_path / "backup.zip")}


# Looking for a phrase


def test_a_phrase_is_found_in_each_form_in_which_it_is_kept(library: Library) -> None:
    library.settle()
    (count,) = phrase_left("their door with the invoice", library).values()
    assert count == 3  # as text in the turn, and word by word in the turn and the segment
    assert phrase_left("no such phrase", library) == {}
    forget([known(library)], library)
    assert phrase_left("their door with the invoice", library) == {}


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"we pay Acme too much", True),
        (b"WE  PAY\nacme", True),
        (b"we pay, Acme", True),
        (b'["we",1.0,1.2,0.9,true],["pay",1.2,1.4,0.9,true],["Acme",1.5,1.9]', True),
        (b'["we",1.0,1.2,0.9,true],["pay,",1.2,1.4,0.9,true],["Acme",1.5,1.9]', True),
        (b"we pay for Acme", False),
        (b"we payAcme", False),
        (b'["we",1.0],["never",1.1],["pay",1.2],["Acme",1.5]', False),
    ],
)
def test_a_phrase_is_its_words_in_order_and_nothing_between(content: bytes, found: bool) -> None:
    assert bool(phrase_pattern("we pay Acme").search(content)) is found


@pytest.mark.parametrize("phrase", ["Zoë's café", "ZOË'S CAFÉ", "zoe\u0308\u2019s cafe\u0301"])
@pytest.mark.parametrize("kept", ["so Zoë's café", "ZOË\u2019S CAFÉ", "zoe\u0308's cafe\u0301"])
def test_a_phrase_is_found_however_its_letters_are_written(phrase: str, kept: str) -> None:
    assert phrase_pattern(phrase).search(kept.encode())
    assert not phrase_pattern(phrase).search(b"Zoe's cafe")


@settings(deadline=None)
@given(st.text(min_size=1, max_size=30).filter(str.strip))
def test_any_phrase_is_found_as_it_is_typed(phrase: str) -> None:
    try:
        content = phrase.encode()
    except UnicodeEncodeError:  # half a character, which no file holds
        return
    assert phrase_pattern(phrase).search(b"before " + b" ".join(content.split()) + b" after") or (
        phrase.split() != [each.decode() for each in content.split()]
    )


def test_a_phrase_of_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="what is to be looked for"):
        phrase_pattern("  ")


def test_a_short_title_is_not_looked_for(library: Library) -> None:
    library.put(replace(known(library), title="Tim"))
    (library.folder / "notes.txt").write_text("In the meanTime, Tim", encoding="utf-8")
    assert forget([known(library)], library).left == ()
