"""Commands that write the first files of a study or a site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.command.options import LandingOption, StudiesOption, StudyArgument, apply_settings

if TYPE_CHECKING:
    from flows.skeletons import NewSite


def study(
    name: Annotated[str, typer.Argument(help="Name of the new study and of its folder.")],
    site: Annotated[str, typer.Option(help="Name of its first site.")] = "first_site",
    studies: StudiesOption = None,
    landing: LandingOption = None,
) -> None:
    """Write a commented protocol, a site mapping and a landing folder. Existing files are never changed."""
    apply_settings(studies=studies, landing=landing)
    from flows.settings import Settings
    from flows.skeletons import write_study

    written = write_study(Settings(), name, site)
    typer.echo(f"protocol: {written.protocol}; begin where it says FILL IN")
    _say_site(written, name, site)


def site(
    study: StudyArgument,
    name: Annotated[str, typer.Argument(metavar="SITE", help="Name of the new site.")],
    studies: StudiesOption = None,
    landing: LandingOption = None,
) -> None:
    """Write a commented mapping and a landing folder for another site, and add the site to the protocol."""
    apply_settings(studies=studies, landing=landing)
    from flows.settings import Settings
    from flows.skeletons import write_site

    written = write_site(Settings(), study, name)
    if written.listed:
        typer.echo(f"protocol: {written.protocol} names {name} under sites:")
    else:
        typer.echo(f"protocol: add {name} under sites: in {written.protocol}; its list could not be edited safely")
    _say_site(written, study, name)


def _say_site(written: NewSite, study: str, site: str) -> None:
    typer.echo(f"mapping: {written.mapping}; to write it from an export: cartrove site draft EXPORT --site {site}")
    typer.echo(f"exports go to {written.landing}/<date of the export>/")
    typer.echo(f"next: cartrove check {study}")
