"""The command that says why results moved between two nights."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from flows.command.options import LandingOption, StudiesOption, WorkspaceOption, apply_settings
from flows.why import REPLAYED_SINGLY

NightArgument = Annotated[
    str, typer.Argument(help="A date, such as 2024-03-05, or a run listed by cartrove audit log.")
]


def why(
    before: NightArgument,
    after: NightArgument,
    study: Annotated[list[str] | None, typer.Option("--study", help="Study; repeatable. Default: all.")] = None,
    result: Annotated[
        str, typer.Option(help="Explain results whose label contains these words, or all. Default: the headlines.")
    ] = "",
    records: Annotated[bool, typer.Option("--records", help="Also print subjects and values (patient data).")] = False,
    singly: Annotated[
        int, typer.Option(min=0, help="Replay up to this many changed subjects one by one; more: together by site.")
    ] = REPLAYED_SINGLY,
    output: Annotated[Literal["text", "json"], typer.Option("--format", help="Output format.")] = "text",
    studies: StudiesOption = None,
    landing: LandingOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Explain why results moved between two nights: code, study files, or single records, found by replaying each.

    A date means the night published by then; before the first night, the exports received by then.
    """
    apply_settings(studies=studies, landing=landing, workspace=workspace)
    from flows.settings import Settings
    from flows.study_folder import choose_studies
    from flows.why.as_json import explanations_as_json
    from flows.why.explain import explain_nights
    from flows.why.tell import explanation_lines

    settings = Settings()
    found = explain_nights(settings, choose_studies(settings, study or []), before, after, result, singly)
    if output == "json":
        typer.echo(explanations_as_json(found, records=records))
        return
    for number, one in enumerate(found):
        if number:
            typer.echo("")
        for line in explanation_lines(one, records=records):
            typer.echo(line)
