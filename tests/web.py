"""A small library behind the server, and a client that has the key to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.testclient import TestClient

from pipeline.library import Library
from pipeline.transcript import Annotation, Answer, Entity, Keyphrase, Mention, Question
from pipeline.web.application import application
from tests.libraries import MADE, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path

TOKEN, PORT = "a-token-of-tests", 8765
HERE = f"http://127.0.0.1:{PORT}"
ID, OTHER = "ab" * 32, "cd" * 32
SOUND, PEAKS = bytes(range(256)) * 40, b"peaks of a tone" * 9
TURNS = (
    turn("What do you pay for it?", "Interviewer", 0.0),
    turn("Acme asks four hundred dollars a month.", "Ann", 5.0),
)


def small_library(folder: Path) -> Path:
    """Make a library of two calls, the first with a copy to listen to; return its folder."""
    with Library(folder, create=True) as library:
        first = fill(library, recording(ID, project="acme"), *TURNS)
        library.store_annotation(ID, annotation(), MADE)
        library.add_tags(ID, ["pilot"])
        library.copy_path(ID).parent.mkdir(exist_ok=True)
        library.copy_path(ID).write_bytes(SOUND)
        library.peaks_path(ID).write_bytes(PEAKS)
        library.store_copy(first.id, MADE)
        other = recording(OTHER, title="Second call", recorded_at="2026-09-02T10:00:00")
        fill(library, other, turn("It is too expensive.", "Bob", 1.0))
    return folder


def annotation() -> Annotation:
    """Return what is found in the first call."""
    question = Question(Mention(0.0, 1.8, 0, 0, 23), open=True, answer=Answer(5.0, 7.1, 1, 1))
    return Annotation(
        (Entity("Acme", "ORG", Mention(5.0, 5.3, 1, 0, 4)),),
        (Keyphrase("dollars", 0.9, (Mention(6.2, 6.5, 1, 23, 30),), "dollar"),),
        (question,),
    )


def client(folder: Path, **headers: str) -> TestClient:
    """Return who asks the server of a library with the token, as a program does."""
    known = {"authorization": f"Bearer {TOKEN}", **headers}
    return stranger(folder, **known)


def stranger(folder: Path, **headers: str) -> TestClient:
    """Return who asks the server of a library with these headers alone."""
    app = application(folder, TOKEN, PORT)
    return TestClient(app, HERE, headers=headers, follow_redirects=False)


@dataclass(frozen=True, slots=True)
class Got:
    """What was answered: the status of HTTP and the JSON."""

    status: int
    data: Any


def get(folder: Path, address: str, **asked: Any) -> Got:
    """Ask the server of a library with the token."""
    answer = client(folder).get(address, params=asked or None)
    return Got(answer.status_code, answer.json())
