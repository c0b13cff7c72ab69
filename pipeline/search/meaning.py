"""What finds passages that mean the like of a text, where this machine and this library can."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from models.catalog import Model, Store
    from models.sentences import LocalSentences, SentenceModel
    from pipeline.library import Filters, Library
    from pipeline.transcript import Mention

    Nearest = Callable[[SentenceModel, str, Filters, int], Sequence["Near"]]

MODEL = "sentences"  # of the catalog
ENGLISH = ("en",)  # the languages that it knows
# Of the cosine, from which on anything is shown: on the interviews, every right hit has it, and of
# what is only the likest where nobody speaks of it, one in five has not.
LIKE_AT_ALL = 0.2


class Near(Protocol):
    """A passage of a recording, and how like a text what it says is."""

    @property
    def recording(self) -> str:
        """The id of the recording."""
        ...

    @property
    def mention(self) -> Mention:
        """Where it is said."""
        ...

    @property
    def likeness(self) -> float:
        """The cosine of the two, in [-1, 1]."""
        ...


@dataclass(frozen=True, slots=True)
class Meant:
    """What finds passages by meaning, and what to know of it, in sentences.

    nearest : at most so many passages that mean the like of a text, the likest first.
    """

    nearest: Callable[[str, Filters, int], Sequence[Near]]
    notes: tuple[str, ...] = ()


def meant_here(library: Library, *, needed: bool, kept: Nearest | None = None) -> Meant | None:
    """Return what finds passages by meaning; None where there is no model, or nothing was read.

    kept : finds them for who asks again and again.

    Raises ModelMissing or NotFound for these where it is `needed`. Nothing heavy is imported.
    """
    from models.catalog import default_store, held_form, load_catalog, require
    from pipeline.errors import NotFound

    if not needed and not library.is_embedded():
        return None
    model, store = load_catalog().model(MODEL), default_store()
    if needed:
        require(model, store)
    if held_form(model, store) is None:
        return None
    if not library.has_meanings(model.forms[0].digest):
        if needed:
            raise NotFound(
                "no recording was read for its meaning yet. See what to run: relisten status"
            )
        return None
    return Meant(nearest_by(library, model, store, kept), unread(library))


def nearest_by(
    library: Library, model: Model, store: Store, kept: Nearest | None = None
) -> Callable[[str, Filters, int], Sequence[Near]]:
    """Return what finds passages by a model, which is loaded when it is first asked."""

    def nearest(text: str, filters: Filters, limit: int) -> Sequence[Near]:
        from pipeline.meaning import nearness

        asked = kept or partial(nearness.nearest, library)
        found = asked(_reader(model, store), text, filters, limit)
        return [each for each in found if each.likeness >= LIKE_AT_ALL]

    return nearest


@lru_cache(maxsize=1)
def _reader(model: Model, store: Store) -> LocalSentences:
    """Return what reads texts, loaded once: a server is asked again and again."""
    from models.sentences import LocalSentences

    return LocalSentences(model, store)


def unread(library: Library) -> tuple[str, ...]:
    """Say how many recordings are not searched by meaning though they could be."""
    count = library.unembedded(ENGLISH)
    if not count:
        return ()
    them = "1 recording is" if count == 1 else f"{count:,} recordings are"
    return (f"{them} not searched by meaning yet. See what to run: relisten status",)
