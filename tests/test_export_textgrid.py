"""TextGrid: read by the `textgrid` library and by praatio, to the letter and to the last digit."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
import textgrid
from hypothesis import given
from praatio import textgrid as praatio

from pipeline.export import as_textgrid
from pipeline.export.tiers import Kind, tiers_of
from pipeline.highlights import Highlight
from pipeline.transcript import Turn, Word
from tests.values import conversations, document, rich_document, tangles, turn

if TYPE_CHECKING:
    from pipeline.export import Document

Read = dict[str, list[tuple[float, float, str]]]


def opened(said: Document) -> textgrid.TextGrid:
    """Return a document as `textgrid` opens it, with all the digits of its times."""
    grid = textgrid.TextGrid()
    with TemporaryDirectory() as folder:
        grid.read(saved(as_textgrid.write(said), Path(folder)), round_digits=17)
    return grid


def saved(written: str, folder: Path) -> str:
    """Return where a text is kept as a TextGrid."""
    path = folder / "call.TextGrid"
    path.write_text(written, encoding="utf-8", newline="\n")
    return str(path)


def read(said: Document) -> Read:
    """Return what `textgrid` reads: the intervals of each tier that hold something."""
    return {
        tier.name: [(each.minTime, each.maxTime, each.mark) for each in tier if each.mark]
        for tier in opened(said)
    }


def read_by_praatio(said: Document) -> Read:
    """Return what praatio reads, refusing what it would only warn of."""
    with TemporaryDirectory() as folder:
        path = saved(as_textgrid.write(said), Path(folder))
        grid = praatio.openTextgrid(path, includeEmptyIntervals=False, reportingMode="error")
    return {name: [tuple(entry) for entry in grid.getTier(name).entries] for name in grid.tierNames}


def test_it_is_in_the_long_form_with_an_interval_for_every_silence() -> None:
    said = replace(document(turn("So, yes.", "Ann", 0.5)), duration=2.0)
    assert as_textgrid.write(said) == (
        'File type = "ooTextFile"\n'
        'Object class = "TextGrid"\n'
        "\n"
        "xmin = 0.0\n"
        "xmax = 2.0\n"
        "tiers? <exists>\n"
        "size = 2\n"
        "item []:\n"
        "    item [1]:\n"
        '        class = "IntervalTier"\n'
        '        name = "Ann"\n'
        "        xmin = 0.0\n"
        "        xmax = 2.0\n"
        "        intervals: size = 3\n"
        "        intervals [1]:\n"
        "            xmin = 0.0\n"
        "            xmax = 0.5\n"
        '            text = ""\n'
        "        intervals [2]:\n"
        "            xmin = 0.5\n"
        "            xmax = 1.1\n"
        '            text = "So, yes."\n'
        "        intervals [3]:\n"
        "            xmin = 1.1\n"
        "            xmax = 2.0\n"
        '            text = ""\n'
        "    item [2]:\n"
        '        class = "IntervalTier"\n'
        '        name = "Ann words"\n'
        "        xmin = 0.0\n"
        "        xmax = 2.0\n"
        "        intervals: size = 4\n"
        "        intervals [1]:\n"
        "            xmin = 0.0\n"
        "            xmax = 0.5\n"
        '            text = ""\n'
        "        intervals [2]:\n"
        "            xmin = 0.5\n"
        "            xmax = 0.8\n"
        '            text = "So,"\n'
        "        intervals [3]:\n"
        "            xmin = 0.8\n"
        "            xmax = 1.1\n"
        '            text = "yes."\n'
        "        intervals [4]:\n"
        "            xmin = 1.1\n"
        "            xmax = 2.0\n"
        '            text = ""\n'
    )


@pytest.mark.parametrize("text", ['"no"', '""', 'a"b', "= 5", 'text = "x"', "naïve", "今日は"])
def test_no_text_is_taken_for_the_format(text: str) -> None:
    said = document(turn(text, "Ann", 1.0))
    assert read_by_praatio(said)["Ann"] == [(1.0, 1.0 + 0.3 * len(text.split()), text)]
    assert f"text = {as_textgrid._quoted(text)}\n" in as_textgrid.write(said)


def test_quotes_are_doubled_in_names_too() -> None:
    said = document(turn("Yes.", 'Ann "Annie" Lee'))
    assert 'name = "Ann ""Annie"" Lee"\n' in as_textgrid.write(said)
    assert list(read_by_praatio(said)) == ['Ann "Annie" Lee', 'Ann "Annie" Lee words']


@pytest.mark.parametrize("duration", [0.0, 12.5])
def test_a_recording_without_speech_opens_all_the_same(duration: float) -> None:
    said = replace(document(), duration=duration)
    assert read(said) == {"Speech": []}
    assert f"xmax = {duration or 1.0}\n" in as_textgrid.write(said)


def test_it_lasts_as_long_as_what_is_said_in_it() -> None:
    said = replace(document(turn("So it was.", "Ann", 5.0)), duration=5.5)
    assert "\nxmax = 5.9\n" in as_textgrid.write(said)
    assert read(said)["Ann"] == [(5.0, 5.9, "So it was.")]


def test_times_are_as_exact_as_they_are_kept() -> None:
    said = document(Turn.of("Ann", (Word(0.123456789, 1 / 3, "So"), Word(1 / 3, 2 / 3, "it"))))
    assert read(said)["Ann words"] == [(0.123456789, 1 / 3, "So"), (1 / 3, 2 / 3, "it")]


def test_what_was_found_and_marked_is_in_it() -> None:
    mark = Highlight(0.5, 1.7, 1, "how", ("price",), "Ask again", starred=True)
    found = read(replace(rich_document(), highlights=(mark,)))
    assert found["entities"] == [(2.4, 2.7, "ORG: Acme"), (62.4, 62.7, "ORG: Acme")]
    assert found["highlights"] == [(0.5, 1.7, "How is it going?")]
    assert found["highlights tags"] == [(0.5, 1.7, "price, starred")]
    assert found["highlights notes"] == [(0.5, 1.7, "Ask again")]


@given(conversations())
def test_textgrid_and_praatio_read_every_word_at_its_time(turns: tuple[Turn, ...]) -> None:
    said = document(*turns)
    found = read(said)
    assert read_by_praatio(said) == found
    for tier in tiers_of(said, float):
        if tier.kind is Kind.WORDS:
            own = [turn for turn in turns if turn.speaker == tier.speaker]
            assert found[tier.name] == [
                (word.start, word.end, word.text) for turn in own for word in turn.words
            ]


@given(tangles())
def test_intervals_fill_each_tier_whatever_the_times(turns: tuple[Turn, ...]) -> None:
    grid = opened(document(*turns))
    for tier in grid:
        assert (tier[0].minTime, tier[-1].maxTime) == (0.0, grid.maxTime)
        assert all(before.maxTime == after.minTime for before, after in pairwise(tier))
        assert all(each.minTime < each.maxTime for each in tier)


def test_an_hour_is_written_in_no_time() -> None:
    said = document(*(turn("So we left, and it was dear. " * 2, None, 5.0 * n) for n in range(700)))
    began = time.process_time()
    as_textgrid.write(said)
    assert time.process_time() - began < 1.0  # praatio's own writer took up to 9.5 s
