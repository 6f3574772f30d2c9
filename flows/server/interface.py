"""The interface of the server that `cartrove up` starts: the one whose pages ask nobody but their server.

Prefect brings a second one, which loads parts of itself from elsewhere, and serves every interface that it can copy to its place.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

FOLDER = "PREFECT_SERVER_UI_STATIC_DIRECTORY"
SECOND = "v2"


def own_interface(home: Path) -> dict[str, str]:
    """What a server has to be told so that it serves the first interface alone; its place is made below the server's folder.

    The place of the second is a link to nowhere: Prefect can't make a folder there, says so in its log and leaves it out. A file
    would stop the server, and rights don't hold root back.
    """
    place = home / "ui"
    place.mkdir(exist_ok=True)
    with suppress(FileExistsError):
        (place / SECOND).symlink_to("not-served")
    return {FOLDER: str(place), "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false"}
