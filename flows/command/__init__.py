"""The `cartrove` command. It reads its options, calls the flow, and tells what happened in words and an exit code.

Heavy libraries are imported where they are used, so that help and usage errors come at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from flows.command import analysts, audit, exports, new, night, papers, server, sites, withdraw
from flows.command.dmc import dmc
from flows.command.output import open_output
from flows.command.plan import plan
from flows.command.publish import publish
from flows.command.qualify import qualify
from flows.command.sign import sign, signatures, signer
from flows.command.why import why
from schemas.errors import CartroveError, RunStopped

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Nightly data pipeline of CAR-T trials in B-cell acute lymphoblastic leukemia.",
)


def _say_version(wanted: bool) -> None:
    if wanted:
        from flows.code_version import code_version

        typer.echo(f"cartrove {code_version()}")
        raise typer.Exit


@app.callback()
def _before_any_command(
    *,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Print the version and exit.")
    ] = False,
) -> None:
    """Take the options that stand before a command; the help of the program is the app's own."""


COMMANDS: dict[str, list[Callable[..., None]]] = {
    "The night": [night.run, plan, publish, night.check, night.diff, why, dmc, sign, signer],
    "The server": [server.up, server.rerun, server.clean, qualify],
    "Query the warehouse": [analysts.sql, analysts.trace, analysts.dictionary, analysts.keys],
    "Sites": [sites.pull],
    "Papers": [papers.compare, papers.fingerprint, papers.reconstruct, papers.sentences],
}
for panel, commands in COMMANDS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)


def _add_group(name: str, panel: str, about: str, commands: dict[str, Callable[..., None]], **options: Any) -> None:
    """Commands under a common first word, as `cartrove export parquet`."""
    group = typer.Typer(no_args_is_help=True, help=about, **options)
    for own_name, command in commands.items():
        group.command(name=own_name)(command)
    app.add_typer(group, name=name, rich_help_panel=panel)


_add_group(
    "export",
    "Exports",
    "Export results: report parts, Parquet, CDISC datasets, ARS results.",
    {"report": exports.report, "parquet": exports.parquet, "adam": exports.adam, "ars": exports.ars},
    cls=exports.ReportByDefault,
)
_add_group(
    "new",
    "Sites",
    "Start a study or a site from commented templates.",
    {"study": new.study, "site": new.site},
)
_add_group(
    "site",
    "Sites",
    "Draft a site mapping, check an export against one, read the answers to questions.",
    {"draft": sites.draft, "check": sites.check_export, "answers": sites.answers},
)
_add_group(
    "audit",
    "The night",
    "Audit trail: who ran what, and whether anything was changed afterwards.",
    {"verify": audit.verify, "log": audit.log, "stamp": audit.stamp, "accept": audit.accept, "signatures": signatures},
)


_add_group(
    "withdraw",
    "The server",
    "Withdraw a study or a subject from everything Cartrove keeps, with proof; or rename a study.",
    {"study": withdraw.study, "subject": withdraw.subject, "renamed": withdraw.renamed},
)


def main(arguments: list[str] | None = None) -> Any:
    """Run the command; an error that somebody can mend is one sentence and an exit code, never a traceback."""
    before = sys.stdout
    open_output()
    try:
        _run_command(arguments)
    except CartroveError as error:
        typer.secho(f"cartrove: {error}", err=True, fg=typer.colors.RED)
        if isinstance(error, RunStopped):
            # At once: threads may be at work, and libraries complain of what they held.
            os._exit(error.exit_code)
        raise SystemExit(error.exit_code) from None
    finally:
        sys.stdout = before


def _run_command(arguments: list[str] | None) -> None:
    """The command, with all of its output written before it ends."""
    try:
        app(args=arguments, standalone_mode=True)
    except SystemExit as end:
        sys.stdout.flush()
        raise end from None
