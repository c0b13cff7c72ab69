"""A recording of the library as it is opened: by the server, for clips, reels and all exports.

Whoever shows it shows this and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.export import Document
from pipeline.speakers import cast, edited

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.library import Library
    from pipeline.recording import Recording
    from pipeline.transcript import SpeakerSpan


def document_of(library: Library, recording: Recording) -> Document:
    """Return a recording as it is opened, or written for others."""
    with library.at_one_moment():
        spans, edits = library.spans(recording.id), library.edits(recording.id)
        names = cast(spans, edits)
        kept = library.has_copy(recording.id)
        return Document(
            transcript=library.transcript(recording.id),
            title=recording.title,
            file_name=recording.path.name,
            duration=recording.duration,
            recorded_at=recording.recorded_at,
            project=recording.project,
            participants=library.participants(recording.id),
            tags=library.tags(recording.id),
            highlights=library.highlights(recording.id),
            labels={name: label for label, name in names.items()},
            roles={name: role for name, (role, _) in library.roles_of(recording.id).items()},
            layout=recording.layout,
            of_tracks=bool(recording.tracks),
            speaker_channels=channels_of(names, edited(spans, edits)),
            copy=library.copy_path(recording.id) if kept else None,
            peaks=library.peaks_path(recording.id) if kept else None,
        )


def channels_of(names: Mapping[str, str], spans: Iterable[SpeakerSpan]) -> dict[str, int | None]:
    """Return the channel in which each speaker is heard longest; None for that of all, or nowhere.

    names : what is shown, by label.
    """
    heard: dict[str, dict[int | None, float]] = {label: defaultdict(float) for label in names}
    for span in spans:
        heard[span.speaker][span.channel] += span.duration
    return {
        name: max(heard[label], key=heard[label].__getitem__, default=None)
        for label, name in names.items()
    }
