"""`relisten process --only meaning`: what is kept is read for its meaning, without any sound."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from pipeline.commands.annotating import check_alone, read_again
from pipeline.commands.counting import MEANING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def embed_named(paths: Sequence[Path]) -> int:
    """Embed recordings again, or all where none is named; return the exit code."""
    from models.engines import LocalEngines
    from pipeline.meaning.embedding import embed_again

    check_alone(MEANING)
    again = partial(embed_again, engines=LocalEngines())
    read, meant = read_again(paths, again, "read")
    click.echo(f"{read} of {meant} can be searched by meaning now.")
    return int(read < meant)
