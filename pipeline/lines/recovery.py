"""What was saved of a damaged library, and what was not, in lines for people."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.library.recovering import Hurt, Recovered


def recovery_lines(recovered: Recovered | None) -> Iterator[str]:
    """Yield what became of a library."""
    if recovered is None:
        yield "Nothing is wrong with the library. It stays as it is."
        return
    whole = recovered.recordings - sum(each.title is not None for each in recovered.hurt)
    yield f"{recovered.recordings} recordings saved; {whole} of them are as they were."
    for each in recovered.hurt:
        yield from _hurt_lines(each)
    if recovered.people_doubtful:
        yield "The people whose voices are known may not all be right. See them: relisten voices"
    if recovered.unreadable:
        yield f"Could not be read in full: {', '.join(recovered.unreadable)}."
    if recovered.unsealed:
        yield "A changed letter may have gone unseen: what would tell of it was damaged too."
    yield f"The damaged file is kept: {recovered.damaged}"
    yield "If you have a backup from before the damage, it has all: relisten restore FILE"


def _hurt_lines(hurt: Hurt) -> Iterator[str]:
    """Yield what is to be done about one recording."""
    if hurt.title is None:
        yield f"A recording is lost ({hurt.id[:8]}...). Process its file again."
        return
    yield f"{hurt.title} ({(hurt.recorded_at or '')[:10]})"
    if hurt.lost:
        yield f"  to be made again: {', '.join(hurt.lost)}"
        yield f"  ->  relisten process {shlex.quote(hurt.path or 'FILE')}"
    if hurt.doubtful:
        yield f"  may be wrong or not complete: {', '.join(hurt.doubtful)}"
        yield f"  ->  read it through: relisten show {hurt.id[:8]}"
