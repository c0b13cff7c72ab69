"""A recording as it is read and heard at once: what a page shows of it, and its sound."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.recording import Layout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.export.document import Document
    from pipeline.highlights import Highlight


@dataclass(frozen=True, slots=True)
class Opened:
    """What is shown of a recording, apart from its sound: who is who, and what was marked.

    `labels` and `roles` are by the name that is shown. `speaker_channels` tells where each is
    heard, counted from 0; None where a channel is not one person's.
    """

    document: Document
    labels: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    highlights: tuple[Highlight, ...] = ()
    layout: Layout = Layout.MONO
    speaker_channels: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heard:
    """What is heard on a page: WebM within it, or the file of a name beside it, or nothing.

    `channels` are those of the sound, which may be mixed where those of the waveform are not;
    `peaks` is the waveform as it is kept.
    """

    webm: bytes = b""
    beside: str = ""
    channels: int = 1
    peaks: bytes = b""


NOTHING = Heard()
