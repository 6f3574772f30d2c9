"""What holds for all tests."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

# Tests write an export and read it at once; that one is still arriving is a test of its own.
os.environ.setdefault("CARTROVE_SETTLE_SECONDS", "0")

# A law holds or not; how long a draw takes on a busy machine says nothing of it.
settings.register_profile("laws", deadline=None)
settings.load_profile("laws")

TESTS = Path(__file__).parent
# Whoever starts with the long ones does not wait for one of them alone at the end.
LONGEST_FIRST = (
    *("breakage", "flows/server", "privacy", "flows", "malformed", "test_readme.py", "pages", "studies"),
    *("warehouse", "transforms/crosschecks", "transforms/reports", "transforms/readers"),
)
# All of its files share one box with a server, a worker and a schedule.
OF_ONE_BOX = "tests/flows/server"
# A folder for what is made once for all workers; none of the variables of Cartrove, which tests clear.
SHARED = "TESTS_SHARED_FOLDER"


class ByFile(LoadScopeScheduling):
    """With -n, the tests of a file stay on one worker: no worker makes again what they share.

    `--dist loadgroup` does not do it, since pytest 9.2 ignores the group that pytest-xdist 3.8 appends to a test's name.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return OF_ONE_BOX if file.startswith(OF_ONE_BOX) else file


def pytest_configure(config: pytest.Config) -> None:
    """Have the processes that tests start share what is compiled, where bytecode is not to be written, as many images say.

    Each would compile every library anew, which is half of what a short one does.
    """
    if sys.dont_write_bytecode and "PYTHONPYCACHEPREFIX" not in os.environ:
        bytecode = tempfile.TemporaryDirectory(prefix="bytecode-", ignore_cleanup_errors=True)
        config.add_cleanup(bytecode.cleanup)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = bytecode.name
        sys.dont_write_bytecode = False
    if SHARED not in os.environ:
        # Workers of pytest-xdist are started later and find it in their environment.
        shared = tempfile.TemporaryDirectory(prefix="cartrove-tests-", ignore_cleanup_errors=True)
        os.environ[SHARED] = shared.name
        config.add_cleanup(shared.cleanup)
        config.add_cleanup(lambda: os.environ.pop(SHARED, None))


@pytest.fixture(autouse=True)
def limits_of_one_test() -> Iterator[None]:
    """A command that limits the memory of its process limits no later test in it."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    yield
    resource.setrlimit(resource.RLIMIT_DATA, before)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    file = item.path.relative_to(TESTS).as_posix()
    return next((n for n, start in enumerate(LONGEST_FIRST) if file.startswith(start)), len(LONGEST_FIRST))
