"""Commands of those who sign: register a key, sign a night, list signatures."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.command.options import WorkspaceOption, apply_settings
from schemas.errors import UsageError

if TYPE_CHECKING:
    from flows.settings import Settings

KeyOption = Annotated[
    Path, typer.Option("--key", help="Your private key, a file outside of the workspace that only you can read.")
]


def signer(
    name: Annotated[str, typer.Argument(help="The signer's name, as it stands under signatures.")],
    key: KeyOption,
    workspace: WorkspaceOption = None,
) -> None:
    """Register a signer: makes the key if the file does not exist, and notes its public half in the run log."""
    apply_settings(workspace=workspace)
    from flows.history.signers import register_signer
    from flows.runs.one_run import hold_workspace
    from flows.settings import Settings

    settings = Settings()
    passphrase = _passphrase(settings, confirm=not key.exists())
    with hold_workspace(settings.workspace):
        registered = register_signer(settings, name, key, passphrase)
    typer.echo(f"{registered.name}  {registered.fingerprint}")


def sign(
    night: Annotated[
        str,
        typer.Argument(
            help="A run listed by cartrove audit log, a date (the night published by then), or a pack: STUDY/NAME or its folder."
        ),
    ],
    meaning: Annotated[
        str, typer.Option(help="What the signature says: reviewed, approved, released for the committee.")
    ],
    key: KeyOption,
    workspace: WorkspaceOption = None,
) -> None:
    """Sign a published night, whose tables and reports are kept as they are and show who signed; or a committee's pack."""
    apply_settings(workspace=workspace)
    from flows.history.packs import sign_pack
    from flows.history.signatures import sign_night, signed_folder
    from flows.history.signers import read_key, require_key
    from flows.runs.one_run import hold_workspace
    from flows.settings import Settings

    settings = Settings()
    require_key(key)
    private = read_key(key, _passphrase(settings))
    if "/" in night:
        with hold_workspace(settings.workspace):
            on_pack = sign_pack(settings, night, meaning, private, datetime.now(UTC))
            typer.echo(f"pack {on_pack.pack} of run {on_pack.run_id}, sha256 {on_pack.sha256[:12]}")
            typer.echo(f"signed by {on_pack.name}: {on_pack.meaning}")
            _stamp(settings)
        return
    with hold_workspace(settings.workspace):
        signed = sign_night(settings, night, meaning, private, datetime.now(UTC))
        typer.echo(f"run {signed.run_id} of {signed.as_of}, tables {signed.content_hash[:12]}")
        typer.echo(f"signed by {signed.name}: {signed.meaning}")
        typer.echo(f"kept as signed in {signed_folder(settings, signed.run_id)}")
        _stamp(settings)


def _stamp(settings: Settings) -> None:
    """Have a signature stamped where a server is set; one that can't be reached leaves the signature as it is.

    The workspace is still held: no night may begin between a signature and its stamp.
    """
    if settings.timestamp_server:
        from flows.history.time_stamps import stamp_log

        typer.echo(f"stamped at {stamp_log(settings)} by {settings.timestamp_server}")


def signatures(workspace: WorkspaceOption = None) -> None:
    """List signatures: when, by whom, meaning, night, tables and fingerprint of the key."""
    apply_settings(workspace=workspace)
    from flows.history.packs import pack_signatures
    from flows.history.run_log import RunLog
    from flows.history.signatures import signatures as of_log
    from flows.history.signers import Signer
    from flows.settings import Settings

    lines = RunLog.of(Settings()).lines()
    found, packs = of_log(lines), pack_signatures(lines)
    for one in found:
        fingerprint = Signer(one.name, one.public_key).fingerprint
        typer.echo(
            f"{one.at}  {one.name}: {one.meaning}  run {one.run_id} of {one.as_of}, tables {one.content_hash[:12]}  key {fingerprint}"
        )
    for on_pack in packs:
        fingerprint = Signer(on_pack.name, on_pack.public_key).fingerprint
        typer.echo(
            f"{on_pack.at}  {on_pack.name}: {on_pack.meaning}  pack {on_pack.pack}, sha256 {on_pack.sha256[:12]}  key {fingerprint}"
        )
    if not found and not packs:
        typer.echo("nothing is signed yet")


def _passphrase(settings: Settings, *, confirm: bool = False) -> str:
    if settings.signing_passphrase:
        return settings.signing_passphrase.get_secret_value()
    if not sys.stdin.isatty():
        raise UsageError(
            "the passphrase of the key is asked for on a terminal; elsewhere set CARTROVE_SIGNING_PASSPHRASE"
        )
    return str(typer.prompt("Passphrase of the key", hide_input=True, confirmation_prompt=confirm))
