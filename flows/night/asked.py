"""Who asked for a run: what the run log keeps of it, wherever the run takes place."""

from __future__ import annotations

import getpass
from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """How a run was asked for, in words. requested_by: the user of the server; empty where it knows of none."""

    started_by: str
    requested_by: str = ""


def at_command_line() -> Asked:
    """By who types the command."""
    return Asked(f"command line ({user_name()})")


def user_name() -> str:
    """The user of the operating system, whom a container need not know by name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown user"
