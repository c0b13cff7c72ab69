"""The command line with an engine that takes its time: python -m tests.slow_command ARGUMENT...

It says "decoding" when a batch of windows is begun, which then takes `LONG`.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import faster_whisper
import faster_whisper.tokenizer

import cli
from models import engines
from models.faster_whisper_recogniser import FasterWhisper
from tests.fakes import FakeEngines
from tests.test_faster_whisper_recogniser import FakeTokenizer, Prompt, ScriptedModel

LONG = 30.0  # seconds


class SlowModel(ScriptedModel):
    """Decodes for a long time, deep in C as it were."""

    def generate(self, encoded: Any, prompts: list[Prompt], **settings: object) -> list[Any]:
        """Say that it has begun, and take its time."""
        print("decoding", flush=True)  # noqa: T201 - what the test waits for
        time.sleep(LONG)
        return super().generate(encoded, prompts, **settings)


class SlowEngines(FakeEngines):
    """What the command takes for the engines of this machine."""

    def __init__(self, *_: object) -> None:
        super().__init__(FasterWhisper(Path(), "toy", "00ff", "cpu"))

    def require_recogniser(self) -> None:
        """Find all weights."""


if __name__ == "__main__":
    for place, name, double in (
        (faster_whisper, "WhisperModel", lambda *_, **__: SlowModel()),
        (faster_whisper.tokenizer, "Tokenizer", FakeTokenizer),
        (engines, "LocalEngines", SlowEngines),
    ):
        setattr(place, name, double)
    cli.main()
