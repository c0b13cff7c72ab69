"""What there is to know of a transcript beside its words, as lines of text (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.lines.corrections import counted_fits, fit_line
from pipeline.lines.view import short_id
from pipeline.timestamps import format_timestamp
from pipeline.transcript import join_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.corrections import Fit
    from pipeline.recording import Recording
    from pipeline.revise import Revised
    from pipeline.transcript import Made, Revision, Segment, Span, Transcript

SHORT_DIGEST = 8  # characters of a digest that are shown
LONGEST_TEXT = 160  # characters of a removed text that are shown
LONGEST_PASSAGE = 600  # characters of one that is shown alone: about 40 s of talk
MADE = {
    "transcribe": "Words",
    "diarize": "Speakers",
    "attribute": "Turns",
    "annotate": "Entities and keyphrases",
    "embed": "Search by meaning",
    "copy": "Copy for listening",
}


def counts(transcript: Transcript, fits: Sequence[Fit] = ()) -> tuple[str, ...]:
    """Return what there is to know, counted: nothing for most transcripts."""
    known = (
        (len(transcript.unheard), "stretch of voice without words", "stretches"),
        (words_removed(transcript), "word removed", "words"),
        (len(transcript.revisions), "passage recognised anew", "passages"),
    )
    counted_each = (counted(count, one, several) for count, one, several in known if count)
    return tuple(filter(None, (*counted_each, counted_fits(fits))))


def counted(count: int, one: str, several: str) -> str:
    """Return a count of things; `several` is the first word of `one` for more than one."""
    _, _, rest = one.partition(" ")
    return f"1 {one}" if count == 1 else f"{count} {several} {rest}"


def words_removed(transcript: Transcript) -> int:
    """Return how many words the recogniser wrote that nobody said."""
    return sum(len(each.text.split()) for each in transcript.removed)


def hint_lines(
    recording: Recording, transcript: Transcript, fits: Sequence[Fit] = ()
) -> Iterator[str]:
    """Yield one line that points to the details, if there is something to know."""
    if known := counts(transcript, fits):
        yield ""
        yield f"{', '.join(known)}: relisten show {short_id(recording)} --details"


def detail_lines(
    recording: Recording, transcript: Transcript, fits: Sequence[Fit] = ()
) -> Iterator[str]:
    """Yield how a transcript was made, and what in it deserves a second look."""
    yield from ("", "How it was made")
    yield from (f"  {MADE.get(stage, stage)}: {how(made)}" for stage, made in transcript.made)
    if len(transcript.languages) > 1:
        spoken = (f"{code} {format_timestamp(time)}" for code, time in transcript.languages)
        yield from ("", "Languages", f"  {', '.join(spoken)}")
    yield from ("", *removed_lines(transcript))
    yield from ("", *unheard_lines(recording, transcript))
    if transcript.revisions:
        yield from ("", "Recognised anew")
        yield from (revision_line(revision) for revision in transcript.revisions)
    if fits:
        yield from ("", "Corrected by hand")
        yield from (fit_line(fit) for fit in fits)


def how(made: Made) -> str:
    """Return what made something: engine, version, model, digest and options."""
    if not made.version:  # nothing did, and its note says why
        return "not made"
    digest = f" ({made.digest[:SHORT_DIGEST]})" if made.digest else ""
    model = f", model {made.model}{digest}" if made.model else ""
    options = "".join(f", {name} {value}" for name, value in made.options if value)
    return f"{made.engine} {made.version}{model}{options.replace('_', ' ')}"


def removed_lines(transcript: Transcript) -> Iterator[str]:
    """Yield the words that were removed, each with its time and the reason."""
    count = words_removed(transcript)
    yield f"{counted(count, 'word removed', 'words')}{':' if count else ''}"
    for each in transcript.removed:
        yield f"  {format_timestamp(each.start)} {short(each.text)!r} - {each.reason}"


def unheard_lines(recording: Recording, transcript: Transcript) -> Iterator[str]:
    """Yield the stretches of voice that have no words, each with the command that plays it."""
    count = len(transcript.unheard)
    title = counted(count, "stretch of voice without words", "stretches")
    yield f"{title}{':' if count else ''}"
    for each in transcript.unheard:
        command = f"relisten play {short_id(recording)}@{format_timestamp(each.start)}"
        yield f"  {period(each)}  {command}"


def revision_line(revision: Revision) -> str:
    """Return one passage that was recognised anew: by what, when, and what stood there before."""
    gone = "" if revision.standing else ", and the whole recording again since"
    by = f"by {revision.made.model or revision.made.engine} on {revision.made_at[:10]}"
    return f"  {period(revision)} {by}{gone}. Before: {said(text_of(revision.before))}"


def revised_lines(revised: Revised) -> Iterator[str]:
    """Yield what became of a passage: its words before and now."""
    recording = revised.recording
    model = revised.made.model or revised.made.engine
    yield f"{short_id(recording)}  {recording.title}  {period(revised.passage)}  by {model}"
    before, now = text_of(revised.before), text_of(revised.heard)
    yield f"before: {said(short(before, LONGEST_PASSAGE))}"
    if revised.revision is None:
        yield "now:    no words are heard there. What stood there is left as it was."
        return
    same = now == before
    yield f"now:    {'the same words' if same else said(short(now, LONGEST_PASSAGE))}"
    yield from (f"Note: {note}." for note in revised.made.notes)
    yield f"The words from before are kept: relisten show {short_id(recording)} --details"


def period(span: Span) -> str:
    """Return a passage by its times."""
    return f"{format_timestamp(span.start)}-{format_timestamp(span.end)}"


def text_of(segments: Iterable[Segment]) -> str:
    """Return what segments say, in the order of time."""
    words = (word for each in segments for word in each.words)
    return join_words(sorted(words, key=lambda word: word.start))


def said(text: str) -> str:
    """Return a text in quotes, or that there is none."""
    return repr(text) if text else "no words"


def short(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return the beginning of a text that is too long to be shown."""
    return text if len(text) <= longest else f"{text[:longest].rstrip()} ..."
