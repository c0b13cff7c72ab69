"""Who is interviewed in calls, and who of several calls is one person (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.filing import folded
from pipeline.speakers import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# What somebody is called before anybody names them, or for what they do: another one in each call.
UNNAMED = re.compile(
    r"(speaker|channel|track|voice|person|participant|caller|guest)?[ _-]*\d+|"
    r"speaker|channel|left|right|caller|callee|client|customer|consumer|user|buyer|prospect|lead|"
    r"interviewer|interviewee|moderator|facilitator|researcher|respondent|participant|candidate|"
    r"guest|host|agent|support|rep|sales|seller|patient|doctor|expert|other|others|them|they|"
    r"unknown|me|us|we|you|mono|mix|mixed"
)
OWN_SIDE = {Role.INTERVIEWER.value, Role.OTHER.value}  # who is not interviewed


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who speaks in one call: what they are called there, and in which role.

    `project` is the call's, `person` whom they are confirmed to be by voice.
    """

    recording: str
    speaker: str | None
    role: str | None = None
    project: str | None = None
    person: str | None = None


def is_interviewed(role: str | None, speaker: str | None) -> bool:
    """Tell whether somebody is a person to count: by role, else by what they are called."""
    return (role or folded(speaker or "")) not in OWN_SIDE


def is_named(speaker: str | None) -> bool:
    """Tell whether what a speaker is called is the name of a person, as far as one can tell."""
    return bool(speaker) and not UNNAMED.fullmatch(folded(speaker or ""))


def persons(voices: Iterable[Voice]) -> Mapping[tuple[str, str | None], tuple[str, ...]]:
    """Return who each voice is, by recording and speaker: of one person they are equal.

    Somebody with a full name is one person everywhere, and so is who is confirmed by voice, with
    whoever has that name in a project in which they were. One name alone is one person in a
    project, and somebody else in each call that is in none. Who is not named is somebody else in
    every call.
    """
    voices = tuple(voices)
    confirmed = {(folded(v.project or ""), folded(v.person)) for v in voices if v.person}
    return {(voice.recording, voice.speaker): _who(voice, confirmed) for voice in voices}


def _who(voice: Voice, confirmed: set[tuple[str, str]]) -> tuple[str, ...]:
    name, project = folded(voice.person or voice.speaker or ""), folded(voice.project or "")
    if voice.person or (project, name) in confirmed:
        return "person", name
    if not is_named(name):
        return "call", voice.recording, name
    if " " in name:
        return "person", name
    return ("name", project, name) if project else ("call", voice.recording, name)
