"""A file that a delivery may lack: what it told of is no longer known to have happened, and no longer known not to have."""

from __future__ import annotations

import shutil
from datetime import date

import yaml

from tests.flows.conftest import Place
from tests.flows.tiny_night import STUDY


def test_an_optional_file_that_the_last_export_lacks_is_said_beside_the_figures(tiny_place: Place) -> None:
    folder = tiny_place.studies / STUDY
    mapping_path, landing = folder / "sites" / "s.yaml", folder / "landing" / "s"
    mapping = yaml.safe_load(mapping_path.read_text("utf-8"))
    (file,) = mapping["files"]
    feeds = file["sheets"][0]["feeds"]
    deaths = [feed for feed in feeds if feed["domain"] == "death"]
    file["match"], file["sheets"][0]["feeds"] = "export*.csv", [feed for feed in feeds if feed not in deaths]
    ignored = sorted(
        {"died"}
        - {name for feed in file["sheets"][0]["feeds"] for name in feed["columns"].values() if isinstance(name, str)}
    )
    file["sheets"][0]["ignored"] = ignored
    mapping["files"].append({"match": "deaths*.csv", "format": "csv", "optional": True, "sheets": [{"feeds": deaths}]})
    mapping_path.write_text(yaml.safe_dump(mapping, allow_unicode=True), "utf-8")
    (first,) = landing.iterdir()
    (export,) = first.iterdir()
    export = export.rename(first / "export.csv")
    (first / "deaths.csv").write_text("id,died\n3,2021-05-01\n", "utf-8")
    assert tiny_place.run() is None
    assert told(tiny_place) == []
    later = landing / str(date(2024, 2, 1))
    later.mkdir()
    shutil.copy(export, later / "export.csv")
    tiny_place.run()
    assert ("os", "death") in told(tiny_place)


def told(place: Place) -> list[tuple[str, str]]:
    """Endpoints, and the happenings that no export in force tells of."""
    return place.query(
        "SELECT DISTINCT a.endpoint, r.arguments->>'known' FROM results.reason AS r INNER JOIN results.analysis AS a "
        "USING (result_id) WHERE r.code = 'happening_not_told' AND a.section = 'survival' ORDER BY ALL"
    ).rows()
