"""How fast the reference recogniser may be is told by one encoding, whatever is in a window."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import whisper

from models import openai_whisper_recogniser as module
from models.openai_whisper_recogniser import ENCODINGS_A_WINDOW, WINDOW, OpenAIWhisper


@dataclass
class Encoder:
    """Takes its time by a clock of its own."""

    seconds: float
    now: float = 100.0
    heard: list[tuple[int, ...]] = field(default_factory=list)
    device: str = "cpu"
    dims: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(n_mels=128))

    def embed_audio(self, mel: Any) -> Any:
        self.heard.append(tuple(mel.shape))
        self.now += self.seconds
        return mel


@pytest.mark.parametrize(("seconds", "times_real"), [(0.5, 2.32), (1.0, 1.16), (0.01, 116.0)])
def test_speed_is_that_of_one_encoding_times_what_a_window_takes(
    monkeypatch: pytest.MonkeyPatch, seconds: float, times_real: float
) -> None:
    encoder = Encoder(seconds)
    monkeypatch.setattr(whisper, "load_model", lambda *_, **__: encoder)
    monkeypatch.setattr(module, "time", SimpleNamespace(perf_counter=lambda: encoder.now))
    speed = OpenAIWhisper(Path("mine.pt"), "mine.pt", "00ff", "cpu").expected_speed()
    assert speed == pytest.approx(times_real)
    assert speed == pytest.approx(WINDOW / ENCODINGS_A_WINDOW / seconds)
    assert encoder.heard == [(1, 128, 3000)]  # once: a large model takes long
