"""`cartrove export ars`: a study as a reporting event of CDISC's Analysis Results Standard, and what its results rest on."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest

from flows.command import main
from flows.export.ars import TABLES, export_ars
from flows.settings import REPOSITORY, Settings
from flows.study_folder import Study, list_studies, load_study
from schemas.adam_variables import adam_datasets
from tests.studies.built import built
from transforms.exports.adam_frames import conform_dataset
from transforms.exports.ars import EventSource, reporting_event
from transforms.reports.outcomes import landmark_table, told_happenings
from transforms.reports.queries import Queries
from transforms.reports.sections import baseline_part
from transforms.words import Names, worded, words_in
from warehouse.assemble import assemble_warehouse
from warehouse.frame_store import FrameStore
from warehouse.published import query_published
from warehouse.study_product import PRODUCT_TABLES

STUDY = "pan2020_seq1922_paed"
HERE = Path(__file__).parent
SCRIPT = re.compile(r"```python\n(import json\n.*?)```", re.DOTALL)
CELL = ("source_file", "source_row", "source_column")
NUMBERS = ("estimate", "ci_low", "ci_high", "p_value", "n", "events", "at_risk")


@dataclass(frozen=True)
class Exported:
    """A published study, and what was exported of it."""

    settings: Settings
    folder: Path
    said: str
    event: dict[str, Any]

    @property
    def study(self) -> Study:
        return load_study(self.settings, STUDY)

    def all(self, part: str) -> dict[str, dict[str, Any]]:
        return {one["id"]: one for one in self.event[part]}


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    root = tmp_path_factory.mktemp("ars")
    settings = Settings(studies=REPOSITORY / "studies", workspace=root / "var")
    store = FrameStore(root / "products")
    store.save(STUDY, {name: built(STUDY)[name] for name in PRODUCT_TABLES}, {})
    settings.published.parent.mkdir(parents=True)
    assemble_warehouse(settings.published, [store.folder(STUDY)], {})
    places = ["--workspace", str(settings.workspace), "--studies", str(settings.studies)]
    with pytest.MonkeyPatch.context() as patch:
        said: list[str] = []
        patch.setattr("typer.echo", said.append)
        with pytest.raises(SystemExit) as ended:
            main(["export", "ars", STUDY, str(root / "results"), *places])
    assert not ended.value.code
    event = json.loads((root / "results" / "reporting_event.json").read_text("utf-8"))
    return Exported(settings, root / "results", "\n".join(said), event)


@pytest.fixture(scope="module")
def datasets() -> Mapping[str, pl.DataFrame]:
    """The datasets of `cartrove export adam`, by name."""
    return {one.name: conform_dataset(one, built(STUDY)[one.table.full_name]) for one in adam_datasets()}


def meets(clause: Mapping[str, Any], datasets: Mapping[str, pl.DataFrame]) -> set[str]:
    """Subjects with a record that meets all conditions on its dataset; for several datasets, with one of each."""
    by_dataset: dict[str, pl.Expr] = {}
    outside: set[str] = set()
    compound = clause.get("compoundExpression")
    for one in compound["whereClauses"] if compound else [clause]:
        if "condition" in one:
            condition = one["condition"]
            of = by_dataset.get(condition["dataset"], pl.lit(value=True))
            by_dataset[condition["dataset"]] = of & _holds(condition)
        else:
            assert one["compoundExpression"]["logicalOperator"] == "NOT"
            outside |= meets(one["compoundExpression"]["whereClauses"][0], datasets)
    found = [set(datasets[name].filter(holds)["USUBJID"]) for name, holds in by_dataset.items()]
    return set.intersection(set(datasets["ADSL"]["USUBJID"]), *found) - outside


def _holds(condition: Mapping[str, Any]) -> pl.Expr:
    column, (value, *_) = pl.col(condition["variable"]), condition["value"]
    match condition["comparator"]:
        case "NE":
            assert value == ""
            return column.is_not_null()
        case "EQ":
            return column.cast(pl.String) == value
        case "IN":
            return column.cast(pl.String).is_in(condition["value"])
        case "GE":
            return column >= float(value)
        case _:
            return column <= float(value)


def test_the_event_is_valid_against_the_schema_of_the_standard(exported: Exported) -> None:
    jsonschema.validate(exported.event, json.loads((HERE / "ars_ldm.schema.json").read_text("utf-8")))


@pytest.mark.parametrize("study_id", list_studies(Settings(studies=REPOSITORY / "studies")))
def test_every_study_can_be_told_as_a_valid_event(study_id: str) -> None:
    protocol = load_study(Settings(studies=REPOSITORY / "studies"), study_id).protocol
    tables = {name: built(study_id)[name] for name in TABLES}
    event, _ = reporting_event(EventSource(protocol, tables, Names.of(protocol), words_in("en"), "", None))
    jsonschema.validate(event, json.loads((HERE / "ars_ldm.schema.json").read_text("utf-8")))


def test_every_identifier_stands_once_and_every_reference_leads_to_one(exported: Exported) -> None:
    declared = list(_of_key(exported.event, "id"))
    assert len(declared) == len(set(declared))
    for name in ("analysisSetId", "dataSubsetId", "methodId", "operationId", "groupingId", "groupId", "outputId",
                 "analysisId", "referenceDocumentId", "sponsorTermId"):  # fmt: skip
        found = set(_of_key(exported.event, name))
        assert found and found <= set(declared), name


def _of_key(part: Any, key: str) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name == key:
                yield value
            yield from _of_key(value, key)
    elif isinstance(part, list):
        for value in part:
            yield from _of_key(value, key)


def test_every_number_of_the_warehouse_stands_in_the_event_with_every_digit(exported: Exported) -> None:
    told = {}
    for analysis in exported.event["analyses"]:
        for result in analysis["results"]:
            groups = tuple(group["groupId"] for group in result.get("resultGroups", []))
            told[analysis["id"], result["operationId"], groups] = result.get("rawValue")
    words, study = words_in("en"), exported.study
    said = worded(
        built(STUDY)["results.analysis"], built(STUDY)["results.reason"], Names.of(study.protocol, study.others), words
    )
    rows = {row["result_id"]: row for row in said.to_dicts()}
    places = exported.event["cartroveResults"]
    assert sorted(rows) == sorted(place["resultId"] for place in places)
    for place in places:
        row = rows[place["resultId"]]
        found = {
            name.rpartition(".")[2]: told.pop((place["analysisId"], name, tuple(place["groupIds"])))
            for name in place["operationIds"]
        }
        assert {part: float(found[part]) for part in NUMBERS if found.get(part)} == {
            part: row[part] for part in NUMBERS if row[part] is not None
        }
        assert row["status"] == "estimated" or "estimate" in found
        assert found.get("note", "") == "; ".join(row["codes"])
    assert not told


def test_conditions_of_analysis_sets_choose_the_subjects_the_warehouse_counts(
    exported: Exported, datasets: Mapping[str, pl.DataFrame]
) -> None:
    sets = exported.all("analysisSets")
    stated = {name: one for name, one in sets.items() if {"condition", "compoundExpression"} & set(one)}
    assert sorted(set(sets) - set(stated)) == ["AS.both_sampled.infusion=2.other_infusion=1"]
    found = {name: len(meets(one, datasets)) for name, one in stated.items()}
    tables = built(STUDY)
    for population, subjects in tables["adam.adpop"].group_by("population"):
        name = f"AS.{population[0]}"
        assert found.get(name, subjects.height) == subjects.height, name
    assert "AS.infused" in found
    assert found["AS.enrolled"] == tables["adam.adsl"].height
    evaluable = tables["adam.adrs"].filter(evalfl="Y", infusion_number=2).height
    assert found["AS.evaluable.infusion=2"] == evaluable > 0


def test_conditions_of_levels_choose_the_subjects_the_baseline_table_counts(
    exported: Exported, datasets: Mapping[str, pl.DataFrame]
) -> None:
    groups = {
        group["id"]: group for factor in exported.event["analysisGroupings"] for group in factor.get("groups", [])
    }
    counted = 0
    for row in built(STUDY)["results.analysis"].filter(section="baseline", statistic="proportion").to_dicts():
        chosen = meets(groups[f"GF.{row['factor']}:{row['level']}"], datasets)
        assert len(chosen) == row["events"], row["level"]
        counted += 1
    assert counted >= 4


def test_conditions_of_data_subsets_choose_the_adverse_events_that_are_counted(
    exported: Exported, datasets: Mapping[str, pl.DataFrame]
) -> None:
    subsets = exported.all("dataSubsets")
    rows = built(STUDY)["results.analysis"].filter(section="toxicity", statistic="proportion").to_dicts()
    analyses = {row["result_id"]: "" for row in rows}
    analyses |= {one["resultId"]: one["analysisId"] for one in exported.event["cartroveResults"]}
    by_id = exported.all("analyses")
    found = [len(meets(subsets[by_id[analyses[row["result_id"]]]["dataSubsetId"]], datasets)) for row in rows]
    assert found == [row["events"] for row in rows]
    assert sum(found) > 0


def test_methods_show_the_source_of_every_estimator_and_test_that_ran(exported: Exported) -> None:
    named = {row[name] for row in built(STUDY)["results.analysis"].to_dicts() for name in ("method", "p_method")} - {""}
    methods = [one for one in exported.event["methods"] if set(one["name"].split("; ")) & named]
    assert len(methods) > 10
    assert [one["id"] for one in methods if "def " not in one["codeTemplate"].get("code", "")] == []


def test_each_analysis_has_the_purpose_that_the_protocol_states(exported: Exported) -> None:
    purposes = {row["result_id"]: row["purpose"] for row in built(STUDY)["results.analysis"].to_dicts()}
    analyses = exported.all("analyses")
    told = {one["resultId"]: analyses[one["analysisId"]]["purpose"] for one in exported.event["cartroveResults"]}
    assert {id_: purpose["controlledTerm"] for id_, purpose in told.items()} == {
        id_: f"{purpose.upper()} OUTCOME MEASURE" for id_, purpose in purposes.items() if id_ in told
    }
    assert {"primary", "secondary", "exploratory"} == set(purposes.values())
    assert "NOT STATED" not in json.dumps(exported.event)


def test_the_sql_of_the_endpoint_tables_stands_beside_the_event(exported: Exported) -> None:
    documents = exported.all("referenceDocuments")
    for document in documents.values():
        place = exported.folder if document["location"].startswith("sql/") else REPOSITORY
        assert (place / document["location"]).is_file(), document
    assert (exported.folder / "sql" / "adtte.sql").read_text("utf-8").startswith("-- Time to event")


def test_the_script_of_the_docs_draws_the_tables_of_the_report_from_the_event_alone(exported: Exported) -> None:
    (script,) = SCRIPT.findall((REPOSITORY / "docs" / "exports.md").read_text("utf-8"))
    drawn = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", script], cwd=exported.folder.parent, capture_output=True, text=True, check=True, encoding="utf-8"
    ).stdout  # fmt: skip
    tables, study, words = built(STUDY), exported.study, words_in("en")
    analysis = worded(
        tables["results.analysis"], tables["results.reason"], Names.of(study.protocol, study.others), words
    )
    baseline = baseline_part(analysis, tables["adam.adsl"].height, Queries(STUDY, analysis), words).table
    roles = told_happenings(tables["meta.endpoint_role"].filter(paramcd="os"), words)
    survival = landmark_table(analysis.filter(analysis_id="os", factor="").sort("position").to_dicts(), roles, words)
    report = [baseline.header, *baseline.rows, survival.header, *survival.rows]
    assert [line.split("\t") for line in drawn.splitlines()] == [list(row) for row in report]


def test_a_result_rests_on_the_cells_that_trace_names(exported: Exported) -> None:
    basis = pl.read_parquet(exported.folder / "basis.parquet")
    assert set(basis["result_id"]) == set(built(STUDY)["results.analysis"]["result_id"])
    (result,) = built(STUDY)["results.analysis"].filter(analysis_id="os", statistic="survival", time_months=12)[
        "result_id"
    ]
    traced = query_published(
        exported.settings.published,
        f"SELECT DISTINCT {', '.join(CELL)} FROM meta.trace('{result}') WHERE depth = 4",
    )
    own = basis.filter(result_id=result)
    assert set(own.select(CELL).rows()) == set(traced.rows())
    assert set(own["endpoint_table"]) == {"adam.adtte"}
    assert own["analysis_id"].unique().to_list() == ["AN.os.survival.analysis_set=infused.endpoint=os.time_months=12"]


def test_in_chinese_words_alone_are_others(exported: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = exported.folder.with_name("chinese")
    export_ars(exported.settings.model_copy(update={"language": "zh"}), exported.settings.published, STUDY, folder)
    chinese = json.loads((folder / "reporting_event.json").read_text("utf-8"))
    for key in ("id", "rawValue", "code"):
        assert list(_of_key(chinese, key)) == list(_of_key(exported.event, key))
    names = {output["id"]: output["name"] for output in chinese["outputs"]}
    assert names["OUT.baseline"] == "基线特征"
    assert (folder / "basis.parquet").read_bytes() == (exported.folder / "basis.parquet").read_bytes()


def test_small_counts_are_left_out_as_in_the_report(exported: Exported) -> None:
    names = (
        "results.analysis", "results.reason", "results.curve", "adam.adsl", "meta.study", "meta.endpoint", "meta.endpoint_role",
    )  # fmt: skip
    study = exported.study
    source = EventSource(
        study.protocol, {name: built(STUDY)[name] for name in names}, Names.of(study.protocol, study.others), words_in("en"), "code"
    )  # fmt: skip
    whole, _ = reporting_event(source)
    shown, _ = reporting_event(replace(source, smallest_count=8))
    (deaths,) = [one for one in whole["analyses"] if one["id"] == "AN.os.counts.analysis_set=infused.endpoint=os"]
    assert [one["rawValue"] for one in deaths["results"] if one["operationId"].endswith("events.estimate")] == ["1"]
    (deaths,) = [one for one in shown["analyses"] if one["id"] == deaths["id"]]
    told = [one for one in deaths["results"] if one["operationId"].endswith("events.estimate")]
    assert [(one.get("rawValue"), one["formattedValue"]) for one in told] == [(None, "–")]


def test_the_command_says_what_it_wrote_and_that_subjects_are_in_it(exported: Exported) -> None:
    assert "reporting_event.json" in exported.said and "basis.parquet" in exported.said
    assert "subject-level data" in exported.said
    for path in (exported.folder, *exported.folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
