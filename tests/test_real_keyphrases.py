"""Keyphrases of an interview as the real model reads it: what must never be one, and what is."""

from __future__ import annotations

import pytest

from models.engines import LocalEngines
from models.furniture import EMPTY, FILLERS, FURNITURE

pytestmark = pytest.mark.model

INTERVIEW = (
    "Good question. Um, you know, the whole thing took a couple of weeks, kind of.",
    "Right. And what was the hardest part about the monthly invoices?",
    "Uh, to be honest, our accountant does the monthly invoices in a spreadsheet. It's a lot of "
    "work, and the spreadsheet breaks every Thursday morning.",
    "Okay, great. That's good feedback. Thanks for your time.",
    "The first thing I'd change is the export button. We pay $450, and half the people I know "
    "never found the export button. Anyway, cash on delivery would be nice.",
)


def test_fillers_and_furniture_are_never_keyphrases_and_subjects_are() -> None:
    model = LocalEngines().language_model("en")
    assert model is not None, "en_core_web_sm is not on this machine: make models"
    phrases = [each.phrase.casefold() for each in model.read(INTERVIEW).phrases]
    assert {"monthly invoices", "export button", "cash on delivery"} <= set(phrases[:5])
    said = {word for phrase in phrases for word in phrase.split()}
    assert said & (FILLERS | EMPTY | FURNITURE) == set()
    assert not any(letter.isdigit() for phrase in phrases for letter in phrase)
    assert {"couple of weeks", "whole thing", "thursday morning", "part", "half"} & said == set()
