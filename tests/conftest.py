"""What holds for all tests: their groups and order, how many run at once, what they share, how long one may take."""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from tests.groups import GROUPS, TESTS, group_of, groups_asked_for, may_hold, minutes, place_in_order, unit_of

# Tests write an export and read it at once; that one is still arriving is a test of its own.
os.environ.setdefault("CARTROVE_SETTLE_SECONDS", "0")

# A law holds or not; how long a draw takes on a busy machine says nothing of it.
settings.register_profile("laws", deadline=None)
settings.load_profile("laws")

# A worker has imported millions of objects that stay; to look through them for garbage every 700 new ones takes a twentieth of its time.
gc.set_threshold(50_000, 20, 100)

# A folder for what is made once for all workers; none of the variables of Cartrove, which tests clear.
SHARED = "TESTS_SHARED_FOLDER"
# A worker with its server, its checks and its readers; above it the machine would swap.
MEMORY_OF_ONE = 2 * 2**30
# How long files took on this machine, kept from run to run.
KEPT_SECONDS = "cartrove/seconds"
FILE_SECONDS = pytest.StashKey[dict[str, float]]()
SPENT = pytest.StashKey[Counter[str]]()


class ByFile(LoadScopeScheduling):
    """With several workers, the tests of a file stay on one: no worker makes again what they share.

    `--dist loadgroup` does not do it, since pytest 9.2 ignores the group that pytest-xdist 3.8 appends to a test's name.
    """

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid.partition("::")[0].removeprefix("tests/"))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    return ByFile(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """No workers for a single file, whose tests would stay on one of them; else one a processor, as far as there is memory."""
    files = {word.partition("::")[0] for word in config.args}
    if len(files) == 1 and all(Path(file).is_file() for file in files):
        return 0
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(processors, memory // MEMORY_OF_ONE))


def pytest_configure(config: pytest.Config) -> None:
    """Name the groups, and have the processes that tests start share what is compiled and made once."""
    for group in GROUPS:
        config.addinivalue_line("markers", f"{group.name}: {group.shows}")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell has started the tests in the background. What they start would ignore Ctrl-C too, which some of them send.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.stash[SPENT] = Counter()
    config.stash[FILE_SECONDS] = _seconds_of_files(config)
    _share_bytecode(config)
    if SHARED not in os.environ:
        # Workers of pytest-xdist are started later and find it in their environment.
        shared = tempfile.TemporaryDirectory(prefix="cartrove-tests-", ignore_cleanup_errors=True)
        os.environ[SHARED] = shared.name
        config.add_cleanup(shared.cleanup)
        config.add_cleanup(lambda: os.environ.pop(SHARED, None))


def _seconds_of_files(config: pytest.Config) -> dict[str, float]:
    """How long files took; a worker is given it by the process that started it, so that all have one order."""
    given: Any = getattr(config, "workerinput", {}).get(KEPT_SECONDS)
    cache = _cache(config)
    if given is None and cache is not None:
        given = cache.get(KEPT_SECONDS, {})
    return dict(given or {})


def _cache(config: pytest.Config) -> pytest.Cache | None:
    return getattr(config, "cache", None)  # None under `-p no:cacheprovider`


def pytest_configure_node(node: WorkerController) -> None:
    node.workerinput[KEPT_SECONDS] = node.config.stash[FILE_SECONDS]


def _share_bytecode(config: pytest.Config) -> None:
    """Share what is compiled also where bytecode is not to be written, as many images say.

    Each process would compile every library anew, which is half of what a short one does.
    """
    if sys.dont_write_bytecode and "PYTHONPYCACHEPREFIX" not in os.environ:
        bytecode = tempfile.TemporaryDirectory(prefix="bytecode-", ignore_cleanup_errors=True)
        config.add_cleanup(bytecode.cleanup)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = bytecode.name
        sys.dont_write_bytecode = False


def pytest_report_header(config: pytest.Config) -> str:
    """How long it will take, in which order, and how to have less of it."""
    workers = config.getoption("numprocesses", None) or 1
    asked = groups_asked_for(config.option.markexpr)
    parts = ", ".join(f"{group.name} ({minutes([group], config.stash[FILE_SECONDS], workers)})" for group in asked)
    whole = minutes(asked, config.stash[FILE_SECONDS], workers)
    return f"groups, of which -m takes any: {parts}; all of these about {whole} with {workers} at once"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave files of other groups unread where `-m` names some: to import them takes longer than the quick tests."""
    asked = groups_asked_for(config.option.markexpr)
    if len(asked) == len(GROUPS) or not collection_path.is_relative_to(TESTS) or collection_path == TESTS:
        return None
    return None if may_hold(collection_path.relative_to(TESTS).as_posix(), asked) else True


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark each test with its group, before `-m` chooses, and put them in order."""
    for item in items:
        item.add_marker(group_of(_file(item)).name)
    items.sort(key=lambda item: place_in_order(_file(item), config.stash[FILE_SECONDS]))


def _file(item: pytest.Item) -> str:
    return item.path.relative_to(TESTS).as_posix()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Count what each file takes, where the tests run in this process."""
    report = yield
    item.config.stash[SPENT][unit_of(_file(item))] += report.duration
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep how long files took, where they ran whole: workers tell it to the process that started them."""
    spent = dict(session.config.stash[SPENT])
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[KEPT_SECONDS] = spent
    else:
        _keep(session.config, spent)


def pytest_testnodedown(node: WorkerController) -> None:
    told = getattr(node, "workeroutput", {}).get(KEPT_SECONDS, {})
    node.config.stash[SPENT].update(told)


def _keep(config: pytest.Config, spent: dict[str, float]) -> None:
    """A run of chosen tests says nothing of how long their files take."""
    chosen = config.option.keyword or any("::" in word for word in config.args) or config.option.collectonly
    cache = _cache(config)
    if cache is not None and not chosen:
        cache.set(KEPT_SECONDS, {**config.stash[FILE_SECONDS], **spent})


@pytest.fixture(autouse=True)
def limits_of_one_test() -> Iterator[None]:
    """A command that limits the memory of its process limits no later test in it."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    yield
    resource.setrlimit(resource.RLIMIT_DATA, before)
