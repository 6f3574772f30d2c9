"""The same landing and study files in an empty workspace: what a night without any past makes of them."""

from __future__ import annotations

import shutil

from tests.breakage.walk.mischief import Place
from tests.breakage.walk.night import Circumstances, run_night
from tests.breakage.walk.seen import Seen, look


def differences(place: Place, now: Seen) -> list[str]:
    """What a fresh build has otherwise than the published night: nothing, if all is mended."""
    workspace = place.root / "fresh"
    shutil.rmtree(workspace, ignore_errors=True)
    ran = run_night(Circumstances(place.today, workspace))
    fresh = look(workspace / "warehouse" / "cartrove.duckdb")
    shutil.rmtree(workspace, ignore_errors=True)
    if ran.exit or fresh is None:
        return [f"a fresh build ends with {ran.exit}: {ran.output[-500:]}"]
    if fresh.content == now.content:
        return []
    # Those that tell of the run and its day have no share in the hash of the content.
    tables = [
        name
        for name in sorted(fresh.tables)
        if fresh.tables[name] != now.tables.get(name) and name not in ("meta.run", "meta.run_study", "meta.alarm")
    ]
    return [f"a fresh build has another content; tables {', '.join(tables)}"]
