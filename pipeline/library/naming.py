"""What entities go by over the library: as calls have it, and as a person says it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.entities.known import KnownName, people, read_term
from pipeline.entities.merging import NAMES, full_names
from pipeline.entities.names import bare, key
from pipeline.entities.naming import Naming, Namings
from pipeline.errors import NotFound, UsageError
from pipeline.filing import folded, nearest
from pipeline.speakers import EditKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pipeline.library.database import Database


# From one name to the next in their index: far fewer steps than there are mentions.
ALL_NAMES = (
    "WITH RECURSIVE names (folded) AS (SELECT min(folded) FROM entity UNION ALL "
    "SELECT (SELECT min(folded) FROM entity WHERE folded > names.folded) FROM names "
    "WHERE names.folded IS NOT NULL) SELECT folded FROM names WHERE folded IS NOT NULL"
)


class Named:
    """The names of a library's entities."""

    _database: Database

    # Names that are looked for

    def vocabulary(self, identity: str) -> tuple[str, ...]:
        """Return the lines of the list of names that was given for a recording."""
        query = "SELECT term FROM vocabulary WHERE recording_id = ? ORDER BY position"
        return tuple(row["term"] for row in self._database.read(query, (identity,)))

    def set_vocabulary(self, identity: str, terms: Iterable[str]) -> None:
        """Keep the lines of a list of names, in the place of those that were given before."""
        with self._database.atomic():
            self._database.write("DELETE FROM vocabulary WHERE recording_id = ?", (identity,))
            self._database.write_all(
                "INSERT INTO vocabulary VALUES (?, ?, ?)",
                ((identity, position, term) for position, term in enumerate(terms)),
            )

    def known_names(self, identity: str) -> tuple[KnownName, ...]:
        """Return the names that are known of a recording before it is read.

        They are those listed for it, of who takes part, of speakers as a person calls them, and
        those that a person gave entities anywhere in the library.
        """
        listed = [read_term(term) for term in self.vocabulary(identity)]
        took_part = self._database.read(
            "SELECT name FROM participant WHERE recording_id = ?1 UNION "
            "SELECT value FROM speaker_edit WHERE recording_id = ?1 AND kind = ?2",
            (identity, EditKind.NAME),
        )
        return (*listed, *people(row[0] for row in took_part), *self._names_given())

    def _names_given(self) -> Iterator[KnownName]:
        """Yield the names of which a person said something, labelled as what they mean."""
        namings = self.namings()
        for each in namings.said:
            found = self._database.read(
                "SELECT label FROM entity WHERE folded = ? LIMIT 1", (namings.key(each.meant),)
            )
            for label in (row["label"] for row in found):
                yield KnownName(each.meant, label)
                if not each.alone:
                    yield KnownName(each.folded, label)

    # What a person says of names

    def namings(self) -> Namings:
        """Return what a person said of names."""
        found = self._database.read("SELECT number, folded, meant FROM naming ORDER BY number")
        return Namings(tuple(Naming(row["number"], row["folded"], row["meant"]) for row in found))

    def say_of_name(self, name: str, meant: str, when: str) -> Naming:
        """Keep that a name means another, or with its own that it means only itself.

        Raises NotFound for a name that no entity goes by.
        """
        self.entity_names(name)
        with self._database.atomic():
            before = self.namings()
            if folded(bare(meant)) != folded(bare(name)):
                if before.key(before.meant(meant)) == before.key(before.meant(name)):
                    raise UsageError(f"{name} and {meant} are one already.")
                meant = before.meant(meant)
            after = before.with_one(name, meant)
            said = after.said[-1]
            self._database.write(
                "INSERT INTO naming VALUES (?, ?, ?, ?)",
                (said.number, said.folded, said.meant, when),
            )
            self._name_again(before, after)
        return said

    def take_back_name(self) -> Naming:
        """Take back what was said last of a name, and return it; raises UsageError for nothing."""
        with self._database.atomic():
            before = self.namings()
            if not before.said:
                raise UsageError("nothing was said of a name yet, so there is nothing to undo.")
            last = before.said[-1]
            self._database.write("DELETE FROM naming WHERE number = ?", (last.number,))
            self._name_again(before, Namings(before.said[:-1]))
        return last

    def _name_again(self, before: Namings, after: Namings) -> None:
        """Name anew the entities of the recordings in which what was said last tells."""
        said = max((*before.said, *after.said), key=lambda each: each.number)
        names = {each.key(name) for each in (before, after) for name in (said.folded, said.meant)}
        if said.alone:
            names |= set(self._names_written(said.meant))
        marks = ", ".join("?" * len(names))
        found = self._database.read(
            f"SELECT DISTINCT recording_id, text FROM entity WHERE folded IN ({marks})",
            tuple(names),
        )
        itself = "" if said.alone else key(said.meant)  # what was that before stays that
        told = {row["recording_id"] for row in found if key(row["text"]) != itself}
        self.name_entities(sorted(told), anew=True)

    def name_entities(self, identities: Iterable[str], *, anew: bool = False) -> None:
        """Give the entities of recordings the names that they go by, as a person says.

        Only inside `atomic`; where nothing was said, only `anew`.
        """
        namings = self.namings()
        if namings.said or anew:
            for identity in identities:
                self._database.write_all(
                    "UPDATE entity SET name = ?, folded = ? "
                    "WHERE recording_id = ? AND position = ?",
                    iter(list(self._renamed(identity, namings))),
                )

    def _renamed(self, identity: str, namings: Namings) -> Iterator[tuple[str, str, str, int]]:
        rows = self._database.read(
            "SELECT position, text, label, name, folded FROM entity WHERE recording_id = ?",
            (identity,),
        )
        known = self.known_names(identity)
        full = full_names([(row["text"], row["label"]) for row in rows], known, namings)
        for row in rows:
            called = full[row["text"]]
            name = called if row["label"] in NAMES or called != row["text"] else ""
            if (name, namings.key(called)) != (row["name"], row["folded"]):
                yield name, namings.key(called), identity, row["position"]

    def forget_names(self, before: Collection[str]) -> None:
        """Delete what was said of names that are no longer anywhere; only inside `atomic`.

        before : the names, as `names_in` gives them, that were in what is gone now.
        """
        left = {name for name in before if not self._is_said(name)}
        for each in self.namings().said:
            if each.folded in left:
                self._database.write("DELETE FROM naming WHERE number = ?", (each.number,))

    def names_in(self, identities: Iterable[str]) -> set[str]:
        """Return the names that a person said something of and that stand in recordings."""
        said = {each.folded for each in self.namings().said}
        return said and {
            name
            for identity in identities
            for row in self._database.read(
                "SELECT DISTINCT text FROM entity WHERE recording_id = ?", (identity,)
            )
            for name in (folded(bare(row["text"])), key(row["text"]))
            if name in said
        }

    def _is_said(self, name: str) -> bool:
        namings = self.namings()
        found = self._database.read(
            "SELECT DISTINCT text FROM entity WHERE folded IN (?, ?)",
            (namings.key(namings.meant(name)), key(name)),
        )
        return any(name in (folded(bare(row["text"])), key(row["text"])) for row in found)

    # Reading

    def entity_names(self, name: str) -> tuple[str, ...]:
        """Return the names, as `entity.folded` has them, that mean an entity.

        Raises NotFound, with names that are near, for a name that nothing goes by.
        """
        namings = self.namings()
        wanted = namings.key(namings.meant(name))
        if self._database.read("SELECT 1 FROM entity WHERE folded = ? LIMIT 1", (wanted,)):
            return (wanted,)
        if written := self._names_written(name):
            return written
        known = self._database.read(ALL_NAMES)
        near = nearest(wanted, (row["folded"] for row in known))
        meant = f" Did you mean {' or '.join(near)}?" if near else ""
        raise NotFound(f"nothing that is said goes by {name!r}.{meant} See all: relisten entities")

    def as_written(self, name: str) -> str:
        """Return a name, given as names are compared, as it is mostly written where it is said.

        Where it is written nowhere just so, what comes to it ("Acme Corp" to "acme"); else itself.
        """
        namings = self.namings()
        found = self._database.read(
            "SELECT text FROM entity WHERE folded IN (?, ?, ?) "
            "GROUP BY text ORDER BY count(*) DESC, text",
            (namings.key(namings.meant(name)), key(name), name),
        )
        texts = [bare(row["text"]) for row in found]
        same = [text for text in texts if folded(text) == name]
        alike = [text for text in texts if key(text) == name]
        return next(iter((*same, *alike, name)))

    def _names_written(self, name: str) -> tuple[str, ...]:
        """Return what goes by other names where it is written so, as "Priya" for Priya Raman.

        In one word, in two or with a hyphen: "Quick Crate" is written so where "quick-crate" is.
        """
        joined = name.replace(" ", "").replace("-", "")
        # There is an index for SQLite's own comparison, which knows the case of ASCII alone.
        same = "{0} = ? COLLATE NOCASE" if name.isascii() else "casefold({0}) = casefold(?)"
        written = same.format("replace(replace(text, ' ', ''), '-', '')")
        found = self._database.read(
            f"SELECT DISTINCT folded FROM entity WHERE {written} ORDER BY folded", (joined,)
        )
        return tuple(row["folded"] for row in found)
