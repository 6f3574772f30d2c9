"""The `cartrove` command. It reads its options, calls the flow, and tells what happened in words and an exit code.

Heavy libraries are imported where they are used, so that help and usage errors come at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

from flows.command import exports, night, papers, server, sites
from schemas.errors import CartroveError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Nightly data pipeline of CAR-T trials in B-cell acute lymphoblastic leukemia.",
)
of_sites = typer.Typer(no_args_is_help=True, help="Mappings of sites: draft one, try an export.")

COMMANDS: dict[str, list[Callable[..., None]]] = {
    "The night": [night.run, night.check, night.diff],
    "The server": [server.up, server.rerun],
    "Sites": [sites.pull],
    "Papers": [papers.compare, papers.fingerprint, papers.sentences],
}
for panel, commands in COMMANDS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)
of_exports = typer.Typer(
    cls=exports.ReportByDefault,
    no_args_is_help=True,
    help="Take results out: a report in parts, Parquet, CDISC datasets.",
)
app.add_typer(of_exports, name="export", rich_help_panel="Exports")
for command in (exports.report, exports.parquet, exports.adam):
    of_exports.command()(command)
app.add_typer(of_sites, name="site", rich_help_panel="Sites")
of_sites.command()(sites.draft)
of_sites.command(name="check")(sites.check_export)


def main(arguments: list[str] | None = None) -> Any:
    """Run the command; an error that somebody can mend is one sentence and an exit code, never a traceback."""
    try:
        app(args=arguments, standalone_mode=True)
    except CartroveError as error:
        typer.secho(f"cartrove: {error}", err=True, fg=typer.colors.RED)
        raise SystemExit(error.exit_code) from None
