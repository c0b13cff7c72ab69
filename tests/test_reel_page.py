"""A reel as one page: what stands in it, and that it may do nothing but what it was written for."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from pipeline.export.as_html import digest
from pipeline.reels import page
from pipeline.reels.cues import Reel
from pipeline.reels.tape import RATE, tape
from tests.pages import taken_apart
from tests.reels import small_reel
from tests.sounds import columns, speech

if TYPE_CHECKING:
    from pathlib import Path

REEL = small_reel()
SOUND = bytes(range(256)) * 10


def written(reel: Reel = REEL) -> str:
    return "".join(page.pieces(reel, SOUND))


def test_a_page_lists_each_passage_with_its_source() -> None:
    shown = taken_apart(written())
    items = shown.all("li", "passage")
    assert [item.attributes["id"] for item in items] == ["passage-1", "passage-2", "passage-3"]
    assert [float(item.attributes["data-start"]) for item in items] == [0.0, 5.13, 9.88]
    assert items[0].text == (
        "1RRayThe price is fair.Bakery \u00b7 1 September 2026 \u00b7 1:01\u20131:05 "
        "relisten play 3f2a91c4@01:01.5-01:05.75"
    )
    assert [said.text for said in shown.all("blockquote", "said")] == [
        "The price is fair.",
        "Why?",
        "As we use it.",
        "=Prices *rose*, | too.",
    ]


def test_a_page_says_what_reel_it_is() -> None:
    shown = taken_apart(written())
    assert shown.one("h1").text == shown.one("title").text == "price"
    assert "acme \u00b7 Reel" in [each.text for each in shown.all("p", "label")]
    (facts,) = shown.all("p", "facts")
    days = "1 September 2026 \u2013 30 September 2026"
    assert facts.text == f"3 passages \u00b7 2 recordings \u00b7 0:12 \u00b7 {days}"


def test_a_speaker_keeps_a_colour() -> None:
    kinds = [each.attributes["class"] for each in taken_apart(written()).all("p", "speaks")]
    assert kinds == ["speaks speaker-1", "speaks speaker-2", "speaks speaker-1", "speaks speaker-0"]


def test_the_sound_is_within_the_page() -> None:
    found = re.search(r'<noscript><audio [^>]*src="data:audio/webm;base64,([^"]*)"', written())
    assert found
    assert b64decode(found[1]) == SOUND


def test_names_and_titles_are_text_and_nothing_else() -> None:
    evil = '</script><img src=x onerror="alert(1)">'
    reel = Reel(evil, (replace(REEL.cues[0], title=evil, file_name=evil, project=evil),))
    shown = taken_apart(written(reel))
    assert shown.all("img") == []
    assert shown.one("h1").text == evil


def test_a_policy_lets_nothing_else_run_and_connects_to_nothing() -> None:
    text = written()
    policy = next(
        each.attributes["content"]
        for each in taken_apart(text).all("meta")
        if each.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["connect-src"] == rules["form-action"] == "'none'"
    scripts = re.findall(r'<script type="(?:importmap|module)">(.*?)</script>', text, re.DOTALL)
    assert [digest(each) in rules["script-src"] for each in scripts] == [True, True]
    assert "unsafe" not in policy
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert rules["style-src"] == digest(style)


def test_a_page_without_words_says_so() -> None:
    assert "(no words)" in written(Reel("x", (replace(REEL.cues[0], said=()),)))


@pytest.mark.parametrize(("day", "dates"), [("", ""), ("2026-09-01", "1 September 2026")])
def test_one_day_is_named_once(day: str, dates: str) -> None:
    assert page.dates(Reel("x", tuple(replace(cue, date=day) for cue in REEL.cues))) == dates


@pytest.mark.parametrize("channels", [1, 2])
def test_the_sound_of_a_page_is_as_long_and_the_same(tmp_path: Path, channels: int) -> None:
    path = tmp_path / "reel.w64"
    voice = speech(3.0, RATE, level=0.1)
    with tape(path, channels) as opened:
        opened.add(columns(*[voice] * channels))
    target = tmp_path / "reel.webm"
    target.write_bytes(page.webm(path))
    with av.open(str(target)) as file:
        (stream,) = file.streams.audio
        heard = np.concatenate([frame.to_ndarray() for frame in file.decode(stream)], axis=1)
        assert stream.codec_context.name in {"opus", "libopus"}
        assert stream.channels == channels
    assert heard.size / channels / RATE == pytest.approx(3.0, abs=0.03)
