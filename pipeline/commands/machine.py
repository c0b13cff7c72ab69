"""The commands about this machine: its models, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.commands.processing import ENGINES
from pipeline.commands.shared import (
    Ordered,
    as_json_option,
    example,
    library_folder,
    show_json,
    show_lines,
)

if TYPE_CHECKING:
    from pipeline.doctor import Check


@click.group(cls=Ordered, epilog=example("relisten models pull"))
def models() -> None:
    """Bring models to this machine, check and remove them."""


@models.command("list", epilog=example("relisten models list"))
@as_json_option
def models_list(as_json: bool) -> None:
    """List the models that there are, and which are on this machine."""
    from models.catalog import default_store, listing, load_catalog
    from pipeline.lines.view import model_lines

    listed = listing(load_catalog(), default_store())
    show_json(listed) if as_json else show_lines(model_lines(listed))


@models.command("pull", epilog=example("relisten models pull tiny.en"))
@click.argument("names", nargs=-1)
@click.option(
    "--engine",
    type=click.Choice(list(ENGINES)),
    metavar="[faster-whisper|openai]",
    help="In the format that this engine needs. Default: any.",
)
def models_pull(names: tuple[str, ...], engine: str | None) -> None:
    """Fetch models; without names, those that `process` uses. The only command that goes online."""
    from models.catalog import default_store, load_catalog, pull
    from models.engines import FORMS, PULLED_FIRST
    from pipeline.bars import bars

    catalog = load_catalog()
    wanted = [catalog.model(name.lower()) for name in names or PULLED_FIRST]
    for model in wanted:
        only = FORMS.get(ENGINES.get(engine or "", "")) if model.kind == "whisper" else None
        with bars() as report:
            path = pull(model, default_store(), report, only=only)
        click.echo(f"{model.name}: {path}")


@models.command("verify", epilog=example("relisten models verify"))
@click.argument("names", nargs=-1)
def models_verify(names: tuple[str, ...]) -> int:
    """Read every file of the models on this machine again and compare it with the catalog."""
    from models.catalog import default_store, listing, load_catalog, verify

    catalog, store = load_catalog(), default_store()
    wanted = names or [model.name for model in listing(catalog, store) if model.present]
    wrong = 0
    for name in wanted:
        model = catalog.model(name)
        found = verify(model, store)
        wrong += len(found)
        show_lines(
            f"{name}: {each.path} is {each.problem}. Run: relisten models pull {name}"
            for each in found
        )
        if not found:
            click.echo(f"{name}: all files are as published")
    return int(wrong > 0)


@models.command("remove", epilog=example("relisten models remove tiny.en"))
@click.argument("names", nargs=-1, required=True)
def models_remove(names: tuple[str, ...]) -> None:
    """Delete models from this machine."""
    from models.catalog import default_store, load_catalog, remove

    for name in names:
        freed = remove(load_catalog().model(name), default_store())
        click.echo(f"{name}: {freed / 1e6:,.0f} MB freed")


@click.command(epilog=example("relisten doctor --deep"))
@click.option("--deep", is_flag=True, help="Read the whole library, and tell what is damaged.")
@click.option("--originals", is_flag=True, help="With --deep: read the recordings too.")
@as_json_option
def doctor(deep: bool, originals: bool, as_json: bool) -> int:
    """Say what is installed, what is missing, and the command that mends it."""
    from models.catalog import default_store, listing, load_catalog
    from models.engines import DEFAULT_MODEL
    from pipeline.doctor import examine
    from pipeline.lines.view import check_lines

    listed = listing(load_catalog(), default_store())
    checks = list(examine(library_folder(), listed, DEFAULT_MODEL))
    library = _read_in_full(originals=originals) if deep or originals else []
    if as_json:
        show_json([*checks, *library])
    else:
        show_lines(check_lines(checks))
        show_inspection(library)
    return int(any(check.needed and not check.well for check in [*checks, *library]))


def _read_in_full(*, originals: bool) -> list[Check]:
    """Look at every byte of the library, if there is one."""
    from pipeline.bars import bars
    from pipeline.inspecting import inspect
    from pipeline.library.database import FILE_NAME

    if not (library_folder() / FILE_NAME).exists():
        return []
    with bars() as report:
        return list(inspect(library_folder(), report, originals=originals))


def show_inspection(checks: list[Check]) -> None:
    """Print what is wrong with the library."""
    from pipeline.inspecting import inspection_lines

    show_lines(inspection_lines(checks))
