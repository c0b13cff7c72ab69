"""What a clip says of itself: who speaks, in which recording, when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.clips.writing import Tags
from pipeline.recording import SHORT_ID
from pipeline.timestamps import format_moment, format_timestamp

if TYPE_CHECKING:
    from pipeline.clips.strands import How
    from pipeline.export import Document
    from pipeline.transcript import Span


def tags_of(document: Document, cut: Span, how: How) -> Tags:
    """Return the tags of a clip; `document` is as it may be told of."""
    place = f"{format_timestamp(cut.start)}-{format_timestamp(cut.end)}"
    exact = f"{document.id[:SHORT_ID]}@{format_moment(cut.start)}-{format_moment(cut.end)}"
    return Tags(
        title=f"{document.title}, {place}",
        artist=", ".join(speakers(document, cut, how)),
        album=document.project or "",
        date=(document.recorded_at or "")[:10],
        comment=f"{exact} of {document.title}. To hear it there: relisten play {exact}",
    )


def speakers(document: Document, cut: Span, how: How) -> tuple[str, ...]:
    """Return who says a word in a clip, in the order in which they speak."""
    channels = document.speaker_channels
    heard = [
        turn.speaker
        for turn in document.transcript.turns
        if turn.speaker
        and (not how.channels or channels.get(turn.speaker) in (*how.channels, None))
        and any(cut.start <= word.middle <= cut.end for word in turn.words)
    ]
    return tuple(dict.fromkeys(heard))
