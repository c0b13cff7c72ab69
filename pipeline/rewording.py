"""What a person types of words becomes corrections; the turns and annotations follow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from pipeline.correcting import tidy
from pipeline.corrections import Correction, State, apply, corrected, texts_of
from pipeline.corrections.anchoring import Place, place_of, placed, time_of, with_marks
from pipeline.corrections.atoms import atoms_of, folded, is_mark, occurrences
from pipeline.corrections.replaced import replaced
from pipeline.errors import NotFound, UsageError
from pipeline.library.filters import Filters
from pipeline.timestamps import format_timestamp
from pipeline.transcript import Span, join_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.corrections import Fit, Texts
    from pipeline.corrections.anchoring import Token
    from pipeline.library import Library
    from pipeline.listening import Engines
    from pipeline.recording import Recording
    from pipeline.transcript import Segment, Turn

AROUND = 4  # words on either side that are kept with a correction
FARTHEST = 60.0  # seconds from the time that is named to words that may be meant
RESTS = ("attribute", "annotate", "embed")  # the stages that follow from words put right


@dataclass(frozen=True, slots=True)
class Words:
    """A recording's words: as the machine heard them, and as they stand with corrections."""

    recording: Recording
    heard: tuple[Segment, ...]
    corrections: tuple[Correction, ...]
    fits: tuple[Fit, ...]
    texts: Texts
    turns: tuple[Turn, ...]

    @property
    def title(self) -> str:
        """The recording's title."""
        return self.recording.title


def words_of(recording: Recording, library: Library) -> Words:
    """Return a recording's words; raises UsageError where nothing was heard yet."""
    if "diarize" not in library.made(recording.id):
        raise UsageError(
            f"{recording.title}: it is not transcribed yet. Run: relisten process {recording.path}"
        )
    heard, known = library.segments(recording.id), library.corrections(recording.id)
    texts = texts_of(heard)
    fits = tuple([apply(texts, each) for each in known])
    return Words(recording, heard, known, fits, texts, library.turns(recording.id))


def fits_of(recording: Recording, library: Library) -> tuple[Fit, ...]:
    """Return what has become of a recording's corrections."""
    known = library.corrections(recording.id)
    return corrected(library.segments(recording.id), known)[1] if known else ()


# What is typed


def reworded(words: Words, time: float, said: str, meant: str) -> Correction:
    """Return that words are others, where they are said nearest to a time.

    Those at exactly that time come first, as of a hit; then those in the turn that is shown with
    it, as that is the time of its first word; then others of that second or in turns going on.
    """
    said, meant = tidy(said), tidy(meant)
    wanted = checked(said)
    found = [
        (channel, place)
        for channel, tokens in words.texts.items()
        for place in places(tokens, wanted)
    ]
    if not found:
        raise NotFound(
            f"{said!r} is not said in {words.title}, as it was heard. Read it: "
            f"relisten show {words.recording.id[:8]}"
        )

    def away(each: tuple[int | None, Place]) -> tuple[bool, bool, bool, bool, float]:
        start = time_of(words.texts[each[0]], each[1]).start
        around = [turn for turn in own if turn.start <= start <= turn.end]
        is_shown = any(math.floor(turn.start) == time for turn in around)
        same = math.floor(start) == time
        return not around, start != time, not is_shown, not same, abs(start - time)

    own = turns_at(words.turns, time)
    channel, place = min(found, key=away)
    outside, *_, distance = away((channel, place))
    if outside and distance > FARTHEST:
        nearest = format_timestamp(time_of(words.texts[channel], place).start)
        raise NotFound(
            f"{said!r} is not said near {format_timestamp(time)} in {words.title}. "
            f"The nearest is at {nearest}: {words.recording.id[:8]}@{nearest}"
        )
    place = with_marks(words.texts[channel], place, said)
    return new_correction(words, channel, place, meant)


def turns_at(turns: Iterable[Turn], time: float) -> list[Turn]:
    """Return the turns that are going on at a time, or are shown with it: times are floored."""
    return [turn for turn in turns if math.floor(turn.start) <= time <= turn.end]


def passage_reworded(words: Words, passage: Span, meant: str) -> Correction:
    """Return that other words are said in a passage than those whose middles are in it.

    Where people with a channel each speak at once, it is about the one with more words there.
    """
    said = {
        channel: [n for n, token in enumerate(tokens) if _is_in(token, passage)]
        for channel, tokens in words.texts.items()
    }
    channel = max(said, key=lambda each: len(said[each]), default=None)
    own = said.get(channel, [])
    atoms = placed(words.texts[channel], own[0], own[-1] + 1) if own else ()
    if atoms:
        return new_correction(words, channel, place_of(atoms, 0, len(atoms)), tidy(meant))
    if len(words.texts) != 1 or not tidy(meant):
        raise NotFound(
            f"no word is said at {period(passage)} in {words.title}. Look at the times: "
            f"relisten show {words.recording.id[:8]}"
        )
    first = next(
        (n for n, token in enumerate(words.texts[channel]) if token.word.middle > passage.middle),
        len(words.texts[channel]),
    )
    return new_correction(words, channel, Place(first, 0, first - 1, 0), tidy(meant), passage)


def _is_in(token: Token, passage: Span) -> bool:
    return passage.start <= token.word.middle <= passage.end


def period(passage: Span) -> str:
    """Return a passage by its times."""
    return f"{format_timestamp(passage.start)}-{format_timestamp(passage.end)}"


def everywhere(words: Words, said: str, meant: str) -> tuple[Correction, ...]:
    """Return that words are others wherever they are said, but where they stand so already."""
    said, meant = tidy(said), tidy(meant)
    wanted = checked(said)
    found: list[Correction] = []
    for channel, known in words.texts.items():
        tokens, shift, last = list(known), 0, -1
        for place in places(known, wanted, folded(meant)):
            if place.first <= last:
                continue  # twice in one word
            last = place.last
            moved = Place(place.first + shift, place.start, place.last + shift, place.end)
            now = with_marks(tokens, moved, said)
            after = in_case(before_at(tokens, now), said, meant)
            if before_at(tokens, now) == after:
                continue
            found.append(correction_at(tokens, channel, now, after, time_of(tokens, now)))
            new = replaced(tokens, now, after, time_of(tokens, now))
            tokens[now.first : now.last + 1] = new
            shift += len(new) - (now.last + 1 - now.first)
    return tuple(sorted(found, key=lambda each: each.start))


def in_case(stood: str, said: str, meant: str) -> str:
    """Return a word of small letters with a capital where the one that stood began a sentence."""
    if said.islower() and meant.islower() and stood[:1].isupper():
        return meant[:1].upper() + meant[1:]
    return meant


def checked(said: str) -> tuple[str, ...]:
    """Return what is looked for; raises UsageError where there is no word in it."""
    if not (wanted := folded(said)):
        raise UsageError(
            f"there is no word in {said!r} to look for. Write the words as they stand: "
            'relisten correct ID@12:34 "acne" "Acme"'
        )
    return wanted


def places(
    tokens: Sequence[Token], wanted: Sequence[str], whole: Sequence[str] = ()
) -> Iterator[Place]:
    """Yield where words stand; not where they are a part of a `whole` that stands there."""
    atoms = placed(tokens, 0, len(tokens))
    texts = [atom.folded for atom in atoms]
    held = {
        first + within
        for first in (occurrences(whole, texts) if len(whole) > len(wanted) else ())
        for within in occurrences(wanted, whole)
    }
    for first in occurrences(wanted, texts):
        if first not in held:
            yield place_of(atoms, first, first + len(wanted))


def before_at(tokens: Sequence[Token], place: Place) -> str:
    """Return the text of a place."""
    words = [token.word for token in tokens[place.first : place.last + 1]]
    if not words:
        return ""
    text = join_words(words)
    return text[place.start : len(text) - (len(words[-1].text) - place.end)]


def correction_at(
    tokens: Sequence[Token], channel: int | None, place: Place, meant: str, time: Span
) -> Correction:
    """Return that something else is said at a place, with some words around it."""
    lead = tokens[max(0, place.first - AROUND) : place.first]
    trail = tokens[place.last + 1 : place.last + 1 + AROUND]
    inner = tokens[place.first : place.last + 1]
    head = _spaced(inner[:1])[: place.start + inner[0].word.spaced] if inner else ""
    tail = inner[-1].word.text[place.end :] if inner else ""
    before, after = _spaced(lead) + head, tail + _spaced(trail)
    return Correction(
        time.start, time.end, before_at(tokens, place), meant, channel, before.lstrip(), after
    )


def _spaced(tokens: Iterable[Token]) -> str:
    return "".join((" " if token.word.spaced else "") + token.word.text for token in tokens)


def new_correction(
    words: Words, channel: int | None, place: Place, meant: str, time: Span | None = None
) -> Correction:
    """Return a correction that changes what stands; raises UsageError for one that does not."""
    tokens = words.texts[channel]
    time = time or time_of(tokens, place)
    made = correction_at(tokens, channel, place, meant, time)
    at = f"at {format_timestamp(time.start)} in {words.title}"
    if made.before == made.after:
        raise UsageError(f"it says {made.after!r} {at} already.")
    if meant and is_mark(meant):
        raise UsageError(f"there is no word in {meant!r}. To take words out, write two quotes: ''")
    check(words, [made])
    return made


def check(words: Words, made: Sequence[Correction]) -> None:
    """Raise UsageError for corrections that could not be found again in the very same words."""
    fits = corrected(words.heard, [*words.corrections, *made])[1][len(words.corrections) :]
    for fit in fits:
        if fit.state is not State.APPLIED:
            at = format_timestamp(fit.correction.start)
            raise UsageError(
                f"it cannot be told which words {fit.correction.before!r} are at {at} in "
                f"{words.title}. Name more of the words around them."
            )


def also_at(words: Words, made: Correction) -> tuple[float, ...]:
    """Return when else the same words are said in the same turn."""
    own = [turn for turn in words.turns if turn.start <= made.start <= turn.end]
    times = (
        time_of(tokens, place).start
        for tokens in words.texts.values()
        for place in places(tokens, folded(made.before))
    )
    return tuple(
        sorted(
            time
            for time in times
            if time != made.start and any(turn.start <= time <= turn.end for turn in own)
        )
    )


# What follows


def follow(library: Library, engines: Engines, identities: Iterable[str]) -> None:
    """Make the turns of recordings anew, and what rests on them; they are to be held."""
    # 300 ms of imports that who only looks need not wait for
    from pipeline.listening import Listening
    from pipeline.process import STAGES, Request

    for identity in identities:
        recording = library.get(identity)
        if recording is None or "diarize" not in library.made(identity):
            continue
        with Listening(recording.path, engines) as listening:
            for stage in RESTS:
                STAGES[stage](recording, library, listening, Request())


def may_say(library: Library, said: str) -> frozenset[str]:
    """Return the ids of recordings in which words may be said: one of them is."""
    parts = chain.from_iterable(atom.folded.split("'") for atom in atoms_of(said))
    return library.saying(max(parts, key=len))


def recordings_saying(
    library: Library, said: str, recording: str | None = None, project: str | None = None
) -> list[Recording]:
    """Return the recordings in which words are to be replaced, and may stand.

    It is the one that is named, else those of a project, else all.
    """
    checked(said)
    if recording:
        return [library.find(recording)]
    likely = may_say(library, said)
    entries = library.entries(Filters(project=project))
    return [each.recording for each in entries if each.recording.id in likely]


def replacements(
    library: Library, recordings: Iterable[Recording], said: str, meant: str
) -> list[tuple[Recording, tuple[Correction, ...]]]:
    """Return where words stand, by recording; raises UsageError where one cannot be told again."""
    found = []
    for recording in recordings:
        words = words_of(recording, library)
        if made := everywhere(words, said, meant):
            check(words, made)
            found.append((recording, made))
    return found
