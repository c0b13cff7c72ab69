"""The command that opens the library in the browser: serve."""

from __future__ import annotations

import click

from pipeline.commands.shared import example, library_folder


@click.command(epilog=example("relisten serve"))
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    help="The port to answer on. Default: the library's own, else any that is free.",
)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def serve(port: int | None, no_browser: bool) -> None:
    """Open the library in the browser: to search, hear, correct and mark.

    It answers this machine alone, and nobody without the key in the address that it prints. Stop
    it with Ctrl-C.
    """
    from pipeline.web.serving import serve

    def tell(address: str) -> None:
        click.echo(f"Open {address}")
        click.echo("Stop it with Ctrl-C.", err=True)

    serve(library_folder(), port, tell, browse=not no_browser)
