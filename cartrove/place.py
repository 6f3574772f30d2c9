"""Where the folders of the program lie: beside this package in the repository, inside of it once installed from a wheel.

Names as plain as `flows` and `schemas` would collide with others' if a wheel laid them beside every other package.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib takes 10 ms to import
FOLDERS = HERE if os.path.isdir(os.path.join(HERE, "flows")) else os.path.dirname(HERE)  # noqa: PTH112, PTH118, PTH120
SEARCHED = "PYTHONPATH"


def put_on_path() -> None:
    """Have this process, and those it starts, find the program's folders before any others of their names."""
    if sys.path[:1] != [FOLDERS]:
        sys.path.insert(0, FOLDERS)
    if FOLDERS == HERE:
        others = [folder for folder in os.environ.get(SEARCHED, "").split(os.pathsep) if folder and folder != FOLDERS]
        os.environ[SEARCHED] = os.pathsep.join([FOLDERS, *others])
