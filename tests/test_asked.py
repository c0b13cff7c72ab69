"""What is still to be transcribed, on disk: no end of a server loses it, none makes it up."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.asked import Ask, Asks


@pytest.fixture
def asks(tmp_path: Path) -> Asks:
    return Asks(tmp_path / "asked")


def test_what_is_asked_for_is_kept_in_its_order(asks: Asks) -> None:
    wanted = [
        Ask(Path("calls", "b.wav"), "acme", "Ann,Ben"),
        Ask(Path("calls", "a.wav"), identity="00ff"),
        Ask(Path("calls", "café \udce9.wav")),
    ]
    for ask in wanted:
        asks.add(ask)
    assert [ask for _, ask in Asks(asks.folder).waiting()] == wanted


def test_nothing_is_asked_for_where_there_is_no_folder(asks: Asks) -> None:
    assert (list(asks), asks.waiting(), asks.failed()) == ([], [], [])
    asks.recover()
    assert not asks.folder.exists()


def test_how_a_file_is_taken_is_said_so_that_no_name_is_an_option() -> None:
    ask = Ask(Path("a.wav"), "--force", "-x,Ben")
    assert ask.options == ("--project=--force", "--channels=-x,Ben")
    assert Ask(Path("a.wav")).options == ()


def test_what_is_done_is_asked_for_no_more(asks: Asks) -> None:
    name = asks.add(Ask(Path("a.wav")))
    asks.drop(name)
    asks.drop(name)
    assert asks.waiting() == []


def test_of_what_is_forgotten_nothing_is_asked_any_more(asks: Asks, tmp_path: Path) -> None:
    (tmp_path / "calls").mkdir()
    left = Ask(tmp_path / "left.wav", identity="00ff")
    winding = tmp_path / "calls" / ".." / "path.wav"
    for ask in (Ask(tmp_path / "id.wav", identity="ff00"), Ask(winding), left):
        asks.add(ask)
    asks.forget({"ff00"}, [tmp_path.resolve() / "path.wav"])
    assert [ask for _, ask in asks] == [left]


def test_what_failed_waits_no_more_until_it_is_asked_for_again(asks: Asks) -> None:
    name = asks.add(Ask(Path("a.wav"), "acme"))
    asks.fail(name, "it is empty")
    assert asks.waiting() == []
    assert asks.failed() == [(name, Ask(Path("a.wav"), "acme", reason="it is empty"))]
    assert asks.again(Path("a.wav"))
    assert asks.waiting() == [(name, Ask(Path("a.wav"), "acme"))]
    assert not asks.again(Path("a.wav"))


def test_what_fails_after_it_was_dropped_does_not_come_back(asks: Asks) -> None:
    name = asks.add(Ask(Path("a.wav")))
    asks.drop(name)
    asks.fail(name, "too late")
    assert list(asks) == []


def test_a_place_that_was_only_reserved_is_taken_back(asks: Asks, tmp_path: Path) -> None:
    reserved, whole, gone = (tmp_path / name for name in ("a.wav", "b.wav", "c.wav"))
    reserved.touch()
    whole.write_bytes(b"sound")
    for path in (reserved, whole, gone):
        asks.add(Ask(path, ready=False))
    assert asks.waiting() == []
    asks.recover()
    assert [ask.path for _, ask in asks.waiting()] == [whole]
    assert not reserved.exists()


def test_an_empty_file_of_a_person_is_never_taken_away(asks: Asks, tmp_path: Path) -> None:
    theirs = tmp_path / "empty.wav"
    theirs.touch()
    asks.add(Ask(theirs))
    asks.recover()
    assert theirs.exists()
    assert [ask.path for _, ask in asks.waiting()] == [theirs]


@pytest.mark.parametrize("text", [b"", b"[]", b'{"path": 3}', b'{"other": "a.wav"}', b"\xff"])
def test_what_cannot_be_understood_is_passed_over(asks: Asks, text: bytes) -> None:
    asks.add(Ask(Path("a.wav")))
    (asks.folder / "0.json").write_bytes(text)
    assert [ask.path.name for _, ask in asks] == ["a.wav"]
