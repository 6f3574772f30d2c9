"""The `cartrove` command. It reads its options, calls the flow, and tells what happened in words and an exit code.

Heavy libraries are imported where they are used, so that help and usage errors come at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import typer

from flows.command import analysts, audit, exports, night, papers, server, sites
from flows.command.why import why
from schemas.errors import CartroveError, RunStopped

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Nightly data pipeline of CAR-T trials in B-cell acute lymphoblastic leukemia.",
)
of_sites = typer.Typer(no_args_is_help=True, help="Mappings of sites: draft one, try an export.")

COMMANDS: dict[str, list[Callable[..., None]]] = {
    "The night": [night.run, night.check, night.diff, why],
    "The server": [server.up, server.rerun, server.clean],
    "Questions to the warehouse": [analysts.sql, analysts.trace, analysts.dictionary],
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

of_audit = typer.Typer(
    no_args_is_help=True, help="The audit trail: who ran what, and whether anything was changed since."
)
app.add_typer(of_audit, name="audit", rich_help_panel="The night")
for command in (audit.verify, audit.log, audit.accept):
    of_audit.command()(command)


def main(arguments: list[str] | None = None) -> Any:
    """Run the command; an error that somebody can mend is one sentence and an exit code, never a traceback."""
    try:
        app(args=arguments, standalone_mode=True)
    except CartroveError as error:
        typer.secho(f"cartrove: {error}", err=True, fg=typer.colors.RED)
        if isinstance(error, RunStopped):
            # At once: threads may be at work, and libraries complain of what they held.
            os._exit(error.exit_code)
        raise SystemExit(error.exit_code) from None
