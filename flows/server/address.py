"""The address of the Prefect server that commands ask; read without Prefect, whose import takes seconds."""

from __future__ import annotations

import os

from schemas.errors import UsageError


def server_address() -> str:
    """What PREFECT_API_URL says.

    Raises
    ------
    UsageError: it is not set.
    """
    url = os.environ.get("PREFECT_API_URL")
    if not url:
        raise UsageError(
            "PREFECT_API_URL is not set: start `cartrove up`, and set it to the address that prints followed by /api; "
            "without a server there is `cartrove run`"
        )
    return url
