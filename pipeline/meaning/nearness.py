"""A text to the passages that mean the like of it: all by signs of vectors, the nearest exactly.

Signs are 48 bytes a passage, which are kept in memory: 29 MB for 1,000 hours. Those of all passages
are compared with a text's, and what is left ever more exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from models.sentences import DIMENSIONS
from pipeline.library import EVERYTHING
from pipeline.meaning.embedding import codes_of
from pipeline.parallel import side_by_side
from pipeline.query import Field
from pipeline.transcript import Mention

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence, Set

    import numpy.typing as npt

    from models.sentences import Floats, SentenceModel
    from pipeline.library import Filters, Library
    from pipeline.meaning.passages import Passage

    Codes = npt.NDArray[np.uint64]
    Numbers = npt.NDArray[np.intp]
    Distances = npt.NDArray[np.uint16]
    _Likeness = tuple[float, tuple[str, int]]  # of a recording's passage, by its place

ROUGHLY = 12_000  # passages nearest by signs alone, which are then compared with the text's numbers
SHORTLIST = 400  # of these, that are compared number by number
WIDER = 4  # times as many where filters leave too few of them
EXAMINED = 30  # of the shortlist at once, beside those wanted: several are of one turn
AT_ONCE = 128  # recordings whose codes are compared together: about 70,000 passages
THREADS = 2
WORD = 8  # bytes of a code that are compared as one number
# What a question is less like than what it says, where it is answered: of the two, who searches
# wants the answer, which has fewer of the words.
ASKED = 0.15
QUESTION = Field("is", "question")  # where questions are what is wanted
MOSTLY = 0.5  # of a passage that is a question


@dataclass(frozen=True, slots=True)
class Near:
    """A passage of a recording (its id), and how like a text what it says is, in [-1, 1].

    That is the cosine of the two, and less where the passage only asks.
    """

    recording: str
    mention: Mention
    likeness: float


@dataclass(frozen=True, slots=True)
class _Found:
    """A passage of a recording."""

    recording: str
    passage: Passage
    likeness: float

    @property
    def spot(self) -> tuple[str, int]:
        """The recording and the position of the turn."""
        return self.recording, self.passage.turn


@dataclass(frozen=True, slots=True)
class _Piece:
    """The passages of some recordings, one recording's after another's.

    firsts : number of the first passage of each recording; codes : (words, passages)
    """

    recordings: list[str]
    firsts: Numbers
    codes: Codes

    def __len__(self) -> int:
        return int(self.codes.shape[1])

    def spots(self, numbers: Numbers) -> list[tuple[str, int]]:
        """Return the recordings of some passages, and their places among their recording's."""
        owners = np.searchsorted(self.firsts, numbers, "right") - 1
        places = (numbers - self.firsts[owners]).tolist()
        return [(self.recordings[own], place) for own, place in zip(owners, places, strict=True)]

    def among(self, recordings: Set[str]) -> npt.NDArray[np.bool_]:
        """Tell of each passage whether it is of one of some recordings."""
        sizes = np.diff(self.firsts, append=len(self))
        return np.repeat([each in recordings for each in self.recordings], sizes)


@dataclass(frozen=True, slots=True)
class _Rough:
    """Passages of a piece, by their numbers in it, and how many signs of each differ."""

    piece: _Piece
    numbers: Numbers
    distances: Distances

    def within(self, farthest: int) -> _Rough:
        """Return those that are as near."""
        near = np.flatnonzero(self.distances <= farthest)
        return _Rough(self.piece, self.numbers[near], self.distances[near])

    def likeness(self, wanted: Floats) -> Floats:
        """Return the sum of a text's numbers where the sign is positive: all that signs tell."""
        codes = np.ascontiguousarray(self.piece.codes[:, self.numbers].T)
        signs = np.unpackbits(codes.view(np.uint8), axis=1)
        return np.asarray(signs.astype(np.float32) @ wanted, dtype=np.float32)


class Nearness:
    """What finds passages of a library by a model, again and again.

    It keeps the signs of all, and reads them anew where anything was embedded meanwhile.
    """

    def __init__(self, library: Library, model: SentenceModel) -> None:
        self._library, self._model = library, model
        self._pieces: list[_Piece] = []
        self._read: object = None

    def nearest(
        self, text: str, filters: Filters = EVERYTHING, limit: int = 20
    ) -> tuple[Near, ...]:
        """Return the passages that mean the like of a text, the likest first, one of each turn.

        Passages that another model embedded are not compared. Raises NotFound for a name in the
        filters that nothing goes by.
        """
        (wanted,) = self._model.embed([text])
        among = None if filters == EVERYTHING else self._library.recordings_with(filters)
        times = max(1, -(-2 * limit // SHORTLIST))
        while True:
            rough, total = _roughly(self._current(), wanted, among, ROUGHLY * times)
            spots = _shortlist(rough, wanted, SHORTLIST * times)
            likest = _likest(self._library, wanted, spots)
            best = _best(self._library, likest, filters, limit)
            if len(best) >= limit or len(spots) >= total:
                return tuple(_near(self._library, each) for each in best)
            times *= WIDER

    def _current(self) -> list[_Piece]:
        now = self._library.meanings_now()
        if now != self._read:
            codes = self._library.codes(self._model.made.digest)
            self._pieces = [_piece(some) for some in _in_pieces(codes)]
            self._read = now
        return self._pieces


def nearest(
    library: Library,
    model: SentenceModel,
    text: str,
    filters: Filters = EVERYTHING,
    limit: int = 20,
) -> tuple[Near, ...]:
    """Return the passages that mean the like of a text, where nobody asks a second time."""
    return Nearness(library, model).nearest(text, filters, limit)


def _in_pieces(codes: Iterator[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    while some := list(islice(codes, AT_ONCE)):
        yield some


def _piece(some: Sequence[tuple[str, bytes]]) -> _Piece:
    size = DIMENSIONS // 8
    codes = np.frombuffer(b"".join(each for _, each in some), np.uint64)
    rows = codes.reshape(-1, size // WORD)
    sizes = [len(each) // size for _, each in some]
    firsts = np.cumsum([0, *sizes[:-1]])
    return _Piece([each for each, _ in some], firsts, np.ascontiguousarray(rows.T))


def _roughly(
    pieces: Sequence[_Piece], wanted: Floats, among: Set[str] | None, count: int
) -> tuple[list[_Rough], int]:
    """Return the nearest passages by signs, and all as near as the last; and how many there are."""
    signs = codes_of(wanted[np.newaxis]).view(np.uint64)[0]
    farthest, kept, total = wanted.size, list[_Rough](), 0
    known = np.zeros(wanted.size + 1, np.intp)  # how many are as far as that
    together = side_by_side(partial(_distances, signs=signs), pieces, THREADS)
    for piece, distances in zip(pieces, together, strict=True):
        rough, compared = _compared(piece, distances, among, farthest)
        known += np.bincount(rough.distances, minlength=len(known))
        farthest = min(farthest, int(np.searchsorted(np.cumsum(known), count)))
        total += compared
        kept.append(rough)
    return [rough.within(farthest) for rough in kept], total


def _compared(
    piece: _Piece, distances: Distances, among: Set[str] | None, farthest: int
) -> tuple[_Rough, int]:
    """Return what of a piece is as near, and how much was compared."""
    near, compared = distances <= farthest, len(piece)
    if among is not None:
        meant = piece.among(among)
        near, compared = near & meant, int(meant.sum())
    numbers = np.flatnonzero(near)
    return _Rough(piece, numbers, distances[numbers]), compared


def _distances(piece: _Piece, signs: Codes) -> Distances:
    """Return how many bits of each code differ.

    Word by word: a sum over the short axis is five times slower, codes in rows are two times.
    """
    total = np.zeros(len(piece), np.uint16)
    differing = np.empty(len(piece), np.uint64)
    counted = np.empty(len(piece), np.uint8)
    for words, sign in zip(piece.codes, signs, strict=True):
        np.bitwise_xor(words, sign, out=differing)
        np.bitwise_count(differing, out=counted)
        total += counted
    return total


def _shortlist(rough: Sequence[_Rough], wanted: Floats, count: int) -> list[tuple[str, int]]:
    """Return the recordings and places of the likest passages."""
    kept = [each for each in rough if each.numbers.size]
    spots = [spot for each in kept for spot in each.piece.spots(each.numbers)]
    if len(spots) <= count:
        return spots
    likeness = np.concatenate([each.likeness(wanted) for each in kept])
    return [spots[number] for number in np.argpartition(-likeness, count)[:count]]


def _likest(library: Library, wanted: Floats, spots: Sequence[tuple[str, int]]) -> list[_Likeness]:
    """Return how like passages are by their numbers, the likest first."""
    found: list[_Likeness] = []
    for spot, vector in library.vectors(spots, wanted.size).items():
        exact = np.frombuffer(vector, np.int8).astype(np.float32)
        found.append((float(exact @ wanted / np.linalg.norm(exact)), spot))
    return sorted(found, key=lambda each: (-each[0], each[1]))


def _best(
    library: Library, likest: Sequence[_Likeness], filters: Filters, limit: int
) -> list[_Found]:
    """Return the likest passage of each turn that passes filters, the likest first."""
    best: dict[tuple[str, int], _Found] = {}
    found: list[_Found] = []
    step = limit + EXAMINED
    for start in range(0, len(likest), step):
        found += _passing(library, likest[start : start + step], filters)
        found.sort(key=lambda each: -each.likeness)
        best = {}
        for each in found:
            best.setdefault(each.spot, each)
        if len(best) >= limit:
            break
    return list(best.values())[:limit]


def _passing(library: Library, likest: Sequence[_Likeness], filters: Filters) -> Iterator[_Found]:
    places = library.passages_at([spot for _, spot in likest])
    turns = {(spot[0], passage.turn) for spot, passage in places.items()}
    asked = {} if QUESTION in filters.fields else library.asked_in(turns)
    passing = library.passing(turns, filters)
    for likeness, spot in likest:
        passage = places.get(spot)
        if passage is None or (turn := (spot[0], passage.turn)) not in passing:
            continue
        less = ASKED if _asks(passage, asked.get(turn, ())) else 0
        yield _Found(spot[0], passage, likeness - less)


def _asks(passage: Passage, questions: Iterable[tuple[int, int]]) -> bool:
    """Tell whether a passage is a question of its turn for the most part."""
    least = MOSTLY * (passage.end_char - passage.start_char)
    return any(
        min(end, passage.end_char) - max(start, passage.start_char) >= least
        for start, end in questions
    )


def _near(library: Library, found: _Found) -> Near:
    characters = found.passage.start_char, found.passage.end_char
    span = library.turn_at(*found.spot).span_of(*characters)
    mention = Mention(span.start, span.end, found.passage.turn, *characters)
    return Near(found.recording, mention, found.likeness)
