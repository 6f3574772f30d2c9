"""The address of the Prefect server that commands ask; read without Prefect, whose import takes seconds."""

from __future__ import annotations

import os

from flows.server.password import find_password
from flows.settings import Settings
from schemas.errors import UsageError


def server_address(settings: Settings) -> str:
    """What PREFECT_API_URL says; the password of the workspace's own server is found with it.

    Raises
    ------
    UsageError: it is not set, or the file of the password holds none.
    """
    url = os.environ.get("PREFECT_API_URL")
    if not url:
        raise UsageError(
            "PREFECT_API_URL is not set: start `cartrove up`, and set it to the address that prints followed by /api; "
            "without a server there is `cartrove run`"
        )
    find_password(settings.workspace)
    return url
