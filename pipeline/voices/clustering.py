"""How many people there are, and what each sounds like: stretches of voice, put together.

Agglomerative clustering by average cosine, cut where voices of one person still hold together and
those of two do not; then each person is the mean of what is nearest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]
    Labels = npt.NDArray[np.intp]
    Seconds = npt.NDArray[np.floating[Any]]

# The average cosine from which voices are one person's. On 12 calls, each as it is, in noise and
# down the telephone, any from 0.42 to 0.47 finds the right number.
SAME_PERSON = 0.44
LEAST_SHARE = 0.01  # of all speech: less is a laugh, a door or somebody in the background
ENOUGH = 10.0  # seconds of speech that are somebody, however long the recording is
LEAST_SECONDS = 1.0  # of speech that make a person where their number is not known
APART = 0.6  # cosine: no two people are nearer than this on the whole
# Who has little speech and is near somebody else is that person, with a cough or in another tone.
SMALL_SHARE, SMALL = 0.05, 20.0  # of all speech, and seconds of it, whichever is less
NEAR_SOMEBODY = 0.45  # cosine, for those
LEVELS = np.arange(0.0, 0.96, 0.02)  # cosines at which to look for a number that is given
MOST_AT_ONCE = 2000  # embeddings clustered together: their distances take 16 MB
SAME_SURELY = 0.6  # cosine at which those of one block are put together before all blocks are
ROUNDS = 5  # of putting each with the nearest person: it has settled by then


@dataclass(frozen=True, slots=True)
class SpeakerCount:
    """How many people speak: at least and at most; None for what is not known."""

    least: int | None = None
    most: int | None = None

    def __post_init__(self) -> None:
        if any(number is not None and number < 1 for number in (self.least, self.most)):
            raise UsageError("at least one person speaks: say --speakers 1 or more.")
        if self.least and self.most and self.least > self.most:
            raise UsageError(
                f"--min-speakers {self.least} is more than --max-speakers {self.most}."
            )

    @property
    def exact(self) -> int | None:
        """The number, where it is known."""
        return self.least if self.least == self.most else None

    def __str__(self) -> str:
        """Write it so that `of` reads it: "2", "2-4", "2-", "-4", or nothing."""
        if self.exact is not None:
            return str(self.exact)
        least, most = (str(number or "") for number in (self.least, self.most))
        return f"{least}-{most}" if least or most else ""

    @classmethod
    def of(cls, text: str) -> SpeakerCount:
        """Read what `str` writes."""
        least, dash, most = text.partition("-")
        last = most if dash else least
        return cls(int(least) if least else None, int(last) if last else None)


def people(embeddings: Floats, seconds: Floats, count: SpeakerCount) -> Floats:
    """Return what each person sounds like, (n_people, n_dimensions) of length 1.

    embeddings : (n, n_dimensions) of length 1, n at least 1
    seconds : (n,) the speech that each is made of

    As many as are told, if there are as many embeddings; else as many as there seem to be.
    """
    if count.exact is not None:
        return _people_told(embeddings, seconds, count.exact)
    found = _people_found(embeddings, seconds)
    wanted = max(count.least or 1, min(len(found), count.most or len(found)))
    return found if wanted == len(found) else _people_told(embeddings, seconds, wanted)


def _people_found(embeddings: Floats, seconds: Floats) -> Floats:
    tree = Tree(embeddings, seconds)
    labels = tree.cut(SAME_PERSON)
    shares: Seconds = np.bincount(labels, weights=tree.seconds).astype(np.float64)
    chosen = np.flatnonzero(shares >= max(LEAST_SECONDS, _least_share(seconds)))
    if not len(chosen):
        chosen = np.array([shares.argmax()])
    return settled(_merged(tree.means(labels, chosen), shares[chosen]), embeddings, seconds)


def _merged(people: Floats, seconds: Seconds) -> Floats:
    """Return people with those as one who are too near to be two, the nearest first."""
    while len(people) > 1:
        small = seconds < min(SMALL, SMALL_SHARE * seconds.sum())
        limits = np.where(small[:, np.newaxis] | small, NEAR_SOMEBODY, APART)
        nearness = people @ people.T - limits
        np.fill_diagonal(nearness, -np.inf)
        one, other = np.unravel_index(nearness.argmax(), nearness.shape)
        if nearness[one, other] < 0:
            break
        both = people[one] * seconds[one] + people[other] * seconds[other]
        rest = [number for number in range(len(people)) if number not in {one, other}]
        people = np.concatenate([people[rest], unit(both[np.newaxis])])
        seconds = np.append(seconds[rest], seconds[one] + seconds[other])
    return people


def _people_told(embeddings: Floats, seconds: Floats, number: int) -> Floats:
    """Return as many people as are told.

    Of all cuts that have so many of a share worth the name, it is the one whose people are like
    nobody but themselves; a cut that parts one person in two is not taken where another is left.
    """
    tree = Tree(embeddings, seconds)
    number = min(number, len(tree.embeddings))
    best = max(_choices(tree, embeddings, seconds, number), default=None, key=lambda each: each[0])
    if best is not None:
        return best[1]
    labels = tree.cut_to(number)
    shares = np.bincount(labels, weights=tree.seconds)
    return settled(tree.means(labels, np.argsort(-shares)[:number]), embeddings, seconds)


def _least_share(seconds: Floats) -> float:
    """Return the seconds that make a group of voices more than a chance find."""
    return min(ENOUGH, LEAST_SHARE * float(seconds.sum()))


def _choices(
    tree: Tree, embeddings: Floats, seconds: Floats, number: int
) -> Iterator[tuple[tuple[bool, float], Floats]]:
    """Yield so many people at each level that has them, with how good a choice they are."""
    for level in LEVELS.tolist():
        labels = tree.cut(level)
        shares = np.bincount(labels, weights=tree.seconds)
        if (shares >= _least_share(seconds)).sum() < number:
            continue
        largest = np.argsort(-shares, kind="stable")[:number]
        found = settled(tree.means(labels, largest), embeddings, seconds)
        nearest = (found @ found.T)[np.triu_indices(number, 1)].max(initial=-1.0)
        apart = bool(nearest <= APART)
        likeness = float((seconds * (embeddings @ found.T).max(axis=1)).sum())
        yield (apart, likeness if apart else -level), found


class Tree:
    """Embeddings merged two by two, the most alike first, by the average cosine of their members.

    Of many, those of each block are merged first as far as they surely are one person's, so that
    time and memory grow with the length of a recording and not with its square.
    """

    def __init__(self, embeddings: Floats, seconds: Floats) -> None:
        if len(embeddings) > MOST_AT_ONCE:
            embeddings, seconds = _condensed(embeddings, seconds)
        self.embeddings, self.seconds = embeddings, seconds
        self._links = _links(embeddings) if len(embeddings) > 1 else None

    def cut(self, cosine: float) -> Labels:
        """Return which are together at a cosine, numbered from 0."""
        return _cut(self._links, 1 - cosine, "distance")

    def cut_to(self, number: int) -> Labels:
        """Return which are together in so many groups."""
        return _cut(self._links, number, "maxclust")

    def means(self, labels: Labels, chosen: Labels) -> Floats:
        """Return what the chosen groups sound like."""
        weighted = self.embeddings * self.seconds[:, np.newaxis]
        return unit(np.array([weighted[labels == label].sum(axis=0) for label in chosen]))


def _links(embeddings: Floats) -> npt.NDArray[np.float64]:
    from scipy.cluster.hierarchy import linkage

    found: npt.NDArray[np.float64] = linkage(embeddings, "average", metric="cosine")
    return found


def _cut(links: npt.NDArray[np.float64] | None, threshold: float, criterion: str) -> Labels:
    from scipy.cluster.hierarchy import fcluster

    if links is None:
        return np.zeros(1, dtype=np.intp)
    labels: Labels = fcluster(links, threshold, criterion).astype(np.intp) - 1
    return labels


def _condensed(embeddings: Floats, seconds: Floats) -> tuple[Floats, Floats]:
    """Return fewer embeddings: those of one block that are surely one person's, as one."""
    means, totals = [], []
    for first in range(0, len(embeddings), MOST_AT_ONCE):
        block = slice(first, first + MOST_AT_ONCE)
        tree = Tree(embeddings[block], seconds[block])
        labels = tree.cut(SAME_SURELY)
        means.append(tree.means(labels, np.arange(labels.max() + 1)))
        totals.append(np.bincount(labels, weights=seconds[block]).astype(np.float32))
    return np.concatenate(means), np.concatenate(totals)


def settled(people: Floats, embeddings: Floats, seconds: Floats) -> Floats:
    """Return people as the means of what is nearest to each, which is asked again and again."""
    weighted = embeddings * seconds[:, np.newaxis]
    for _ in range(ROUNDS):
        nearest = (embeddings @ people.T).argmax(axis=1)
        sums = [weighted[nearest == number].sum(axis=0) for number in range(len(people))]
        people = unit(
            np.array(
                [new if new.any() else old for new, old in zip(sums, people, strict=True)],
            )
        )
    return people


def unit(vectors: Floats) -> Floats:
    """Return vectors, (n, n_dimensions), at length 1."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, np.finfo(np.float32).tiny), dtype=np.float32)
