"""Highlights over the library: made, listed with what is said there now, written as quotes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.errors import RelistenError, UsageError
from pipeline.filing import folded, named
from pipeline.highlights import (
    Highlight,
    Highlighted,
    mentions_of,
    quoted,
    speakers_of,
    text_of,
    tidy_note,
)
from pipeline.library import Filters
from pipeline.quotes import as_csv, as_markdown
from pipeline.replacing import replacing
from pipeline.timestamps import format_timestamp
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from pipeline.library import Library
    from pipeline.recording import Recording

MOST_TAGS = 30
LONGEST_TAG = 80  # characters
LONGEST_NOTE = 5000  # characters
ROUNDED = 1.0  # second: by how much a time that is shown may pass the end
WRITERS = {".md": as_markdown, ".csv": as_csv}


@dataclass(frozen=True, slots=True)
class Which:
    """Which highlights are meant: with all these tags; None leaves it open."""

    tags: tuple[str, ...] = ()
    recording: str | None = None
    project: str | None = None
    starred: bool = False


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag of highlights, as most have it, with how many do."""

    name: str
    count: int


def highlighted(library: Library, which: Which) -> tuple[Highlighted, ...]:
    """Return highlights, by the date of their recordings and then by time.

    Raises NotFound for a recording or a project that there is not.
    """
    found = library.highlighted()
    wanted = library.find(which.recording).id if which.recording else None
    entries = library.entries(Filters(project=which.project)) if found else []
    return tuple(
        shown(library, entry.recording, each)
        for entry in entries
        if wanted in (None, entry.recording.id)
        for each in found.get(entry.recording.id, ())
        if is_meant(each, which)
    )


def is_meant(highlight: Highlight, which: Which) -> bool:
    """Tell whether a highlight has the tags, and the star, that are meant."""
    tags = {folded(tag) for tag in highlight.tags}
    return tags >= set(map(folded, which.tags)) and (highlight.starred or not which.starred)


def shown(library: Library, recording: Recording, highlight: Highlight) -> Highlighted:
    """Return a highlight with what the transcript says there now."""
    turns = library.turns_within(recording.id, highlight)
    places = mentions_of(turns, highlight)
    said = quoted(turns, places)
    return Highlighted(
        highlight,
        recording.id,
        recording.title,
        recording.recorded_at,
        recording.project,
        speakers_of(said),
        text_of(said),
        said,
        places,
    )


def tag_counts(highlights: Iterable[Highlight]) -> tuple[TagCount, ...]:
    """Return the tags of highlights, the most used first."""
    spelt: dict[str, Counter[str]] = {}
    for each in highlights:
        for tag in each.tags:
            spelt.setdefault(folded(tag), Counter())[tag] += 1
    counted = (TagCount(own.most_common(1)[0][0], own.total()) for own in spelt.values())
    return tuple(sorted(counted, key=lambda each: (-each.count, folded(each.name))))


def all_tags(library: Library) -> tuple[TagCount, ...]:
    """Return the tags of all highlights, the most used first."""
    return tag_counts(each for own in library.highlighted().values() for each in own)


# Making


def marked(library: Library, recording: Recording, wanted: Highlight) -> Highlight:
    """Keep a highlight, with the words that stand there; return it as it is kept."""
    made = with_words(library, recording, tidied(wanted))
    return library.add_highlights(recording.id, [made])[0]


def changed(
    library: Library,
    recording: Recording,
    number: int,
    was: str,
    change: Callable[[Highlight], Highlight],
) -> Highlight:
    """Change a highlight that is as it `was`; one that is moved has the words that stand there now.

    Raises Changed where somebody has changed it since, NotFound where it is gone.
    """

    def as_wanted(stood: Highlight) -> Highlight:
        wanted = tidied(change(stood))
        moved = (wanted.start, wanted.end) != (stood.start, stood.end)
        return with_words(library, recording, wanted) if moved else wanted

    return library.change_highlight(recording.id, number, was, as_wanted)


def tidied(wanted: Highlight) -> Highlight:
    """Return a highlight with tags and a note as they are kept; raises UsageError for too much."""
    tags, note = tidy_tags(wanted.tags), tidy_note(wanted.note)
    if len(note) > LONGEST_NOTE:
        raise UsageError(f"a note has {LONGEST_NOTE} characters at most; this has {len(note)}.")
    return replace(wanted, tags=tags, note=note)


def with_words(library: Library, recording: Recording, wanted: Highlight) -> Highlight:
    """Return a highlight with the words that stand in its time, which is one of its recording."""
    within = passage_of(recording, wanted)
    turns = library.turns_within(recording.id, within)
    text = text_of(quoted(turns, mentions_of(turns, within)))
    return replace(wanted, start=within.start, end=within.end, text=text)


def passage_of(recording: Recording, span: Span) -> Span:
    """Return a passage that lies in a recording; its end may be the recording's, rounded."""
    duration = recording.duration
    if span.start >= min(span.end, duration) or span.end > duration + ROUNDED:
        raise UsageError(
            f"{format_timestamp(span.start)}-{format_timestamp(span.end)} is no passage of "
            f"{recording.title}, which is {format_timestamp(duration)} long. "
            "Name an earlier time, then a later one."
        )
    return Span(span.start, min(span.end, duration))


def tidy_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Return tags as they are kept, each once; raises UsageError for too many or too long ones."""
    kept = named(tags)
    if len(kept) > MOST_TAGS:
        raise UsageError(f"a highlight has {MOST_TAGS} tags at most; these are {len(kept)}.")
    if long := next((tag for tag in kept if len(tag) > LONGEST_TAG), None):
        raise UsageError(f"a tag has {LONGEST_TAG} characters at most: {long[:LONGEST_TAG]} ...")
    return kept


# Quotes


def write_quotes(found: Iterable[Highlighted], path: Path, *, force: bool = False) -> None:
    """Write highlights to a file of a kind that its name tells: .md or .csv.

    Raises UsageError for another kind, and for a file that is there, unless by `force`.
    """
    write = WRITERS.get(path.suffix.lower())
    if write is None:
        raise UsageError(
            f"{path}: quotes are written as {' or '.join(WRITERS)}. Write: -o quotes.md"
        )
    if path.exists() and not force:
        raise UsageError(f"{path}: it exists already. Choose another name, or say --force.")
    try:
        with replacing(path) as beside:
            beside.write_text(write(found), encoding="utf-8", errors="backslashreplace", newline="")
    except OSError as error:
        reason = error.strerror or str(error)
        raise RelistenError(
            f"{path}: it cannot be written there ({reason}). Choose another place with -o."
        ) from error
