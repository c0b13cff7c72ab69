"""What a library holds as a whole: how much room it takes, and recordings that seem to be one."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING

from pipeline.library.copies import FOLDER

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.library.database import Database


class Overview:
    """A library as a whole."""

    folder: Path
    _database: Database

    def likely_doubles(self) -> tuple[tuple[str, str, float], ...]:
        """Return the pairs of ids that seem to be one call, with how alike, the likest first."""
        found = self._database.read(
            "SELECT recording_id, other_id, likeness FROM likely_double "
            "ORDER BY likeness DESC, recording_id, other_id"
        )
        return tuple((row["recording_id"], row["other_id"], row["likeness"]) for row in found)

    def version(self, identity: str) -> str:
        """Return what is another whenever anything of a recording is: its seals, in short."""
        query = "SELECT rows_of, sha256 FROM seal WHERE recording_id = ? ORDER BY rows_of"
        seals = [":".join(row) for row in self._database.read(query, (identity,))]
        return sha256(" ".join(seals).encode()).hexdigest()[:16]

    def file_sizes(self) -> tuple[dict[str, int], dict[str, int]]:
        """Return the bytes of each file of the library, and of each of its listening copies."""
        return _sizes(self.folder), _sizes(self.folder / FOLDER)


def _sizes(folder: Path) -> dict[str, int]:
    """Return the bytes of each file directly in a folder; none where there is no such folder."""
    try:
        with os.scandir(folder) as found:
            return {each.name: each.stat().st_size for each in found if each.is_file()}
    except OSError:
        return {}
