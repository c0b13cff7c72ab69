"""Numbers and addresses that lead to somebody are found; sums, dates and counts stay; offline."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pipeline.redaction.details import details, is_number, over_turns
from pipeline.redaction.finding import apart, written_anew
from tests.commands import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

OFFLINE = """
import sys

def refuse(event, args):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
        raise SystemExit(f"the network was used: {event} {args}")

sys.addaudithook(refuse)
from pipeline.redaction.details import details
print([found.instead for found in details("Write to ann.lee@example.co.uk, please.", "en")])
"""


def shown(text: str, language: str = "en") -> str:
    return written_anew(text, apart(details(text, language)))


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("my number is 937 555 0142.", "my number is [phone number]."),
        ("Call 555-0123 please", "Call [phone number] please"),
        ("It's 555, 01, 23, 99.", "It's [number]."),
        ("nine three seven five five five oh one four two", "[number]"),
        ("+44 20 7946 0018", "[phone number]"),
        ("mail ann.lee@acme.com today", "mail [e-mail] today"),
        ("ann dot lee at acme dot com", "[e-mail]"),
        ("on acme dot com there", "on [web address] there"),
        ("card 4111 1111 1111 1111 ok", "card [card number] ok"),
        ("DE89 3704 0044 0532 0130 00", "[bank account]"),
        ("mine is 536-22-1234 here", "mine is [social security number] here"),
        ("from 10.0.0.1 on", "from [network address] on"),
        ("see www.foo.com/bar now", "see [web address] now"),
        ("Call me on 5550123.", "Call me on [number]."),
        ("double five five oh one two three", "[number]"),
        ("f\u00fcnf f\u00fcnf null eins zwei drei vier", "[number]"),
    ],
)
def test_what_leads_to_somebody_is_hidden(text: str, without: str) -> None:
    assert shown(text) == without


@pytest.mark.parametrize(
    "text",
    [
        "It cost $1,800 and then $5 a stop.",
        "We bought 85 of them at $18 in 2024.",
        "on 2026-06-09 we had 10, 20, 30 or 40 calls",
        "five, six, seven of them at 7:30",
        "in 2019, 2020 and 2021 it was 1,200, then 3,400",
        "that was the end.So we left",
        "a 1.5 million, 25% off",
    ],
)
def test_sums_dates_and_counts_stay(text: str) -> None:
    assert shown(text) == text


def test_a_german_number_is_known_as_one() -> None:
    assert shown("unter 030 12345678 bitte", "de") == "unter [phone number] bitte"


@pytest.mark.parametrize(
    ("said", "number"),
    [("555, 01, 23", True), ("555, 01", False), ("1, 2, 3", False), ("2019, 2020, 2021", False)],
)
def test_digits_in_pieces_are_a_number_where_there_are_enough(said: str, number: bool) -> None:
    assert is_number(said) is number


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        (
            ["It's 415, 555.", "Mm-hm.", "26 71, okay?"],
            ["It's [number].", "Mm-hm.", "[number], okay?"],
        ),
        (["nine three seven", "937", "five five", "0142"], ["[number]"] * 4),
        (["I paid $415", "for 555", "26, and 71 left"], None),
        (["In 2019", "2020", "2021"], None),
        (["Call 555", "that is a long way to go for us", "0142 71"], None),
        (["We have 20", "Okay.", "30 or so"], None),
    ],
)
def test_a_number_is_found_that_is_said_over_several_turns(
    said: list[str], hidden: list[str] | None
) -> None:
    found = list(over_turns(said))
    shown = [
        written_anew(text, [each for at, each in found if at == place])
        for place, text in enumerate(said)
    ]
    assert shown == (hidden or said)


def test_no_network_is_used() -> None:
    run = subprocess.run(
        [sys.executable, "-c", OFFLINE], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout.strip()) == (0, "['[e-mail]', '[web address]']"), run.stderr


def test_no_sum_date_or_count_of_the_interviews_is_hidden(speech: Path) -> None:
    for gold in sorted((speech / "interviews").glob("*.gold.json")):
        text = gold.with_name(gold.name.replace(".gold.json", ".txt")).read_text(encoding="utf-8")
        amounts = [
            each["text"]
            for each in json.loads(gold.read_text(encoding="utf-8"))["entities"]
            if each["label"] in {"MONEY", "DATE", "CARDINAL", "TIME", "PERCENT"}
        ]
        assert len(amounts) > 5
        hidden = [text[each.start : each.end] for each in details(text, "en")]
        assert not [each for each in amounts if any(re.search(re.escape(each), h) for h in hidden)]
