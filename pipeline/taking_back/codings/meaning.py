"""What a code is for us: a tag that a person gave, or what we found and wrote there (pure)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.export.qda.coded import coding_guid, found_guid, mentions
from pipeline.export.qda.codes import code_guid, meant, spelt_alike
from pipeline.export.qda.naming import FOUND, HIGHLIGHTS, STARRED, UNTAGGED
from pipeline.filing import folded, tidy
from pipeline.highlighting import LONGEST_TAG

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.export.document import Document
    from pipeline.export.qda.text import Plain
    from pipeline.taking_back.codings.project import Given, Path, Place

ENTIRE = "…"  # at the end of a name that is longer than a tag may be


@dataclass(frozen=True, slots=True)
class Meaning:
    """The codes of a project beside what a recording has.

    `paths` are the codes by GUID, `cases` the GUIDs of cases, `places` where each code that we
    find ourselves stands in our text, `twice` the names that several codes have.
    """

    recording: str
    paths: Mapping[str, Path]
    cases: frozenset[str]
    places: Mapping[Path, tuple[Place, ...]]
    twice: frozenset[str]

    @classmethod
    def of(
        cls,
        document: Document,
        plain: Plain,
        paths: Mapping[str, Path],
        cases: frozenset[str],
    ) -> Meaning:
        """Read the codes of a project as those of one recording."""
        places: dict[Path, list[Place]] = defaultdict(list)
        for path, mention in mentions(document.transcript.annotation):
            places[spelt_alike(path)].append(plain.place(mention))
        named = Counter(folded(path[-1]) for path in paths.values() if path[0] != HIGHLIGHTS)
        twice = frozenset(name for name, count in named.items() if count > 1)
        kept = {path: tuple(own) for path, own in places.items()}
        return cls(document.id, paths, cases, kept, twice)

    def is_ours(self, given: Given, place: Place | None) -> bool:
        """Tell whether we wrote a coding ourselves: what we found, or who speaks.

        Our own GUIDs tell. Software that gives all parts new ones is told by the code's name at
        a place where we find the same; QualCoder moves a place by a character.
        """
        if given.code in self.cases:
            return True
        if given.place and given.guid == coding_guid(given.selection, given.code):
            return given.selection == found_guid(self.recording, *given.place)
        path = self.paths.get(given.code, ("",))
        if path[0] not in FOUND or place is None:
            return False
        known = self.places.get(spelt_alike(meant(path)), ())
        return any(start < place[1] and place[0] < end for start, end in known)

    def knows(self, given: Given) -> bool:
        """Tell whether a coding is by a code that the project names, or is a note alone."""
        return not given.code or given.code in self.paths

    def name(self, given: Given) -> str:
        """Return what a code is called; empty where it has no name."""
        return " > ".join(self.paths.get(given.code, ()))

    def is_star(self, given: Given) -> bool:
        """Tell whether a coding is the star of a highlight."""
        return self._is(given, STARRED)

    def tags(self, given: Given) -> tuple[str, ...]:
        """Return the tag that a code is: its own name, with that above it where it is another's.

        None for a star, for a highlight that has no tags, and for a note alone.
        """
        if not given.code or self._is(given, UNTAGGED) or self._is(given, STARRED):
            return ()
        path = self.paths[given.code]
        *above, name = meant(path) if path[0] in FOUND else path
        if above and path[0] != HIGHLIGHTS and folded(name) in self.twice:
            name = f"{above[-1]}: {name}"
        return (as_tag(name),)

    def _is(self, given: Given, path: Path) -> bool:
        return given.code == code_guid(path) or self.paths.get(given.code) == path


def as_tag(name: str) -> str:
    """Return a code's name as a tag, which has no commas, as they stand between tags."""
    tag = tidy(name.replace(",", ";"))
    if not folded(tag):
        return "Code"
    return tag if len(tag) <= LONGEST_TAG else tag[: LONGEST_TAG - 1].rstrip() + ENTIRE
