"""What a person says of names: that one means another, or only itself (pure)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from pipeline.entities.names import bare, key
from pipeline.filing import folded


@dataclass(frozen=True, slots=True)
class Naming:
    """That a name, `folded`, means another, `meant` as it is written; or, where that is it, itself.

    `number` counts from 1, in the order in which it was said.
    """

    number: int
    folded: str
    meant: str

    @property
    def alone(self) -> bool:
        """Whether the name was said to mean nothing but itself."""
        return folded(self.meant) == self.folded


@dataclass(frozen=True, slots=True)
class Namings:
    """All that was said of names, the first first; what is said later holds."""

    said: tuple[Naming, ...] = ()
    _split: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        split = frozenset(each.folded for each in self.said if each.alone)
        object.__setattr__(self, "_split", split)

    def alone(self, name: str) -> bool:
        """Tell whether a name means only itself, as a person says."""
        return folded(bare(name)) in self._split

    def key(self, name: str) -> str:
        """Return a name as it is compared; one that means only itself, as it is written."""
        return folded(bare(name)) if self.alone(name) else key(name)

    def of(self, text: str, called: str) -> str:
        """Return the name of what is written as `text` and goes by `called` in its call."""
        name = called
        for each in self.said:
            if each.alone:
                name = each.meant if folded(bare(text)) == each.folded else name
            elif self.key(each.folded) == self.key(name):
                name = each.meant
        return name

    def meant(self, name: str) -> str:
        """Return the name that a typed one means."""
        return self.of(name, name)

    def with_one(self, name: str, meant: str) -> Self:
        """Return them with one more: that a name means another."""
        number = max((each.number for each in self.said), default=0) + 1
        return type(self)((*self.said, Naming(number, folded(bare(name)), meant)))


AS_CALLED = Namings()
