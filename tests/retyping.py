"""A call of two people whose turns are typed anew, told apart by channel or by voice."""

from __future__ import annotations

from pipeline.correcting import Scene
from pipeline.corrections import texts_of
from pipeline.rewording import Words
from pipeline.speakers import turns_by_hand
from pipeline.transcript import Segment, SpeakerSpan, Turn
from tests.libraries import recording
from tests.values import words

# Who says what from when on: with a remark in a pause of Ann's, and a pair of words said twice.
SAID = (
    ("Ben", "So how do you like it?", 0.0),
    ("Ann", "Honestly, we pay acne too much. We pay, well, four hundred", 2.4),
    ("Ben", "Mm-hm.", 7.0),
    ("Ann", "dollars a month, and that's dear!", 8.2),
    ("Ben", "Right. Why is it so?", 10.6),
    ("Ann", "Because we pay acne too much.", 12.6),
)
CHANNELS = {"Ben": 0, "Ann": 1}


def call(*, by_voice: bool = False) -> tuple[Words, Scene]:
    """Return the call, heard in a channel each, or in one by voice."""
    segments, spans = [], []
    for speaker, text, start in SAID:
        own = words(text, start, 0.35)
        channel = None if by_voice else CHANNELS[speaker]
        segments.append(Segment(own[0].start, own[-1].end, own, channel))
        spans.append(SpeakerSpan(own[0].start, own[-1].end, speaker, channel))
    heard = tuple(segments)
    turns = turns_by_hand(heard, spans, ())
    known = recording(duration=60.0)
    return (
        Words(known, heard, (), (), texts_of(heard), turns),
        Scene(known, heard, tuple(spans), ()),
    )


def of_speaker(turns: tuple[Turn, ...], speaker: str) -> str:
    """Return all that somebody says."""
    return " ".join(turn.text for turn in turns if turn.speaker == speaker)
