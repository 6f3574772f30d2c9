"""The SQL beside each table and figure: it runs on the published file and gives the numbers that are printed there."""

from __future__ import annotations

import html
import re
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.settings import REPOSITORY, Settings
from flows.study.report import render_study
from flows.study_folder import load_study
from tests.studies.built import built
from tests.studies.test_papers import ADULTS, CHILDREN, STUDIES
from transforms.reports.numbers import measured, months, percent, ratio, whole
from transforms.reports.outcomes import outcome_parts
from transforms.reports.queries import Queries, Query
from transforms.reports.sections import baseline_part, response_parts, toxicity_parts
from transforms.words import Names, worded, words_in
from warehouse.assemble import assemble_warehouse
from warehouse.frame_store import FrameStore
from warehouse.frames import frame_of
from warehouse.published import open_published
from warehouse.study_product import PRODUCT_TABLES

EN = words_in("en")
PART = re.compile(r'<div class="part.*?(?=<div class="part|</section>)', re.DOTALL)
QUERY = re.compile(r'<pre class="query-text" data-kind="(\w+)">(.*?)</pre>', re.DOTALL)
WITH_RESULTS = re.compile(
    r'data-kind="printed">([^<]*?results\.analysis.*?)</pre>\s*<p class="note">.*?<code>cartrove trace (\w+)</code></p>\s*<ul class="results">(.*?)</ul>',
    re.DOTALL,
)
FORMS = (percent, months, measured, ratio, whole)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with every study, as a night publishes it."""
    folder = tmp_path_factory.mktemp("published")
    store = FrameStore(folder)
    for study in STUDIES:
        store.save(study, {name: built(study)[name] for name in PRODUCT_TABLES}, {})
    assemble_warehouse(folder / "cartrove.duckdb", [store.folder(study) for study in STUDIES], {})
    return folder / "cartrove.duckdb"


def page_of(study: str) -> str:
    return render_study(load_study(Settings(studies=REPOSITORY / "studies"), study), built(study), "key")


def worded_results(study: str) -> pl.DataFrame:
    """The results of a study with their English words, as its page is made of them."""
    names = Names.of(load_study(Settings(studies=REPOSITORY / "studies"), study).protocol)
    return worded(built(study)["results.analysis"], built(study)["results.reason"], names, EN)


def answers(path: Path, sql: str) -> pl.DataFrame:
    with open_published(path) as connection:
        return frame_of(connection, sql)


@pytest.mark.parametrize("study", STUDIES)
def test_every_query_of_a_page_runs_on_the_published_file(published: Path, study: str) -> None:
    queries = [html.unescape(sql) for _, sql in QUERY.findall(page_of(study))]
    assert len(queries) > 20
    with open_published(published) as connection:
        empty = [sql for sql in queries if not connection.execute(sql).fetchall()]
    # Nothing may have been drawn from no rows; a site may well have no open question.
    assert [sql for sql in empty if "meta.site_query" not in sql] == []


@pytest.mark.parametrize("study", STUDIES)
def test_every_number_a_query_gives_is_printed_beside_it(published: Path, study: str) -> None:
    checked = 0
    for part in PART.findall(page_of(study)):
        text = html.unescape(re.sub(r"<pre.*?</pre>|<ul.*?</ul>|<[^>]*>", " ", part, flags=re.DOTALL))
        for kind, sql in QUERY.findall(part):
            if kind != "printed" or "results.analysis" not in sql:
                continue
            rows = answers(published, html.unescape(sql))
            shown = rows.filter(pl.col("estimate").is_not_null(), ~pl.col("statistic").is_in(UNPRINTED))
            for row in shown.iter_rows(named=True):
                assert any(form(row["estimate"] * scale) in text for form in FORMS for scale in (1, 100)), row
                checked += 1
    assert checked > 100


@pytest.mark.parametrize("study", STUDIES)
def test_every_result_a_query_gives_is_named_beneath_it_by_the_id_it_is_traced_by(published: Path, study: str) -> None:
    asked = WITH_RESULTS.findall(page_of(study))
    assert len(asked) > 20
    with open_published(published) as connection:
        for sql, first, named in asked:
            found = connection.execute(f"SELECT result_id FROM ({html.unescape(sql)}) ORDER BY position").fetchall()
            assert re.findall(r"<li><code>(R[0-9A-F]{10})</code>", named) == [row[0] for row in found]
            assert first == found[0][0]


@pytest.mark.parametrize("study", STUDIES)
def test_no_two_results_of_a_part_are_called_alike(study: str) -> None:
    for _, _, named in WITH_RESULTS.findall(page_of(study)):
        words = re.findall(r"<span>(.*?)</span>", named)
        assert len(words) == named.count("<li>")
        assert len(set(words)) == len(words)


# Statistics whose p value is printed, or that only describe a measured characteristic further.
UNPRINTED = ("logrank", "mantel_byar", "gray", "comparison", "proportional_hazards", "lower_quartile", "upper_quartile")


def test_tables_made_of_what_the_queries_give_are_those_of_the_page(published: Path) -> None:
    analysis, queries = worded_results(CHILDREN), Queries(CHILDREN)
    subjects = built(CHILDREN)["adam.adsl"].height
    again = answers(published, queries.printed("results.analysis_en").sql)
    assert baseline_part(again, subjects, queries, EN) == baseline_part(analysis, subjects, queries, EN)
    assert response_parts(again, queries, EN) == response_parts(analysis, queries, EN)
    assert toxicity_parts(again, queries, EN) == toxicity_parts(analysis, queries, EN)


def test_the_rows_of_an_endpoint_are_as_many_as_its_table_counts(published: Path) -> None:
    analysis = worded_results(ADULTS)
    curve, roles = (built(ADULTS)[name] for name in ("results.curve", "meta.endpoint_role"))
    for outcome in outcome_parts(analysis, curve, roles, 1, {}, Queries(ADULTS), EN):
        (rows,) = [query for query in outcome.queries if query.kind == "rows"]
        assert rows.file == "transforms/endpoints/adtte.sql"
        assert outcome.table.rows[0][1] == str(answers(published, rows.sql).height)


@pytest.mark.parametrize("study", STUDIES)
def test_the_files_that_derive_rows_are_in_the_repository(study: str) -> None:
    named = {
        name for names in re.findall(r"derived by <code>(.*?)</code>", page_of(study)) for name in names.split(", ")
    }
    assert named
    assert all((REPOSITORY / name).is_file() for name in named)


def test_a_value_with_a_quote_is_written_as_sql_writes_it() -> None:
    query: Query = Queries("o'neill").printed(factor="CD19's")
    assert "study_id = 'o''neill'" in query.sql
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA results")
        connection.execute("CREATE TABLE results.analysis (study_id VARCHAR, factor VARCHAR, position BIGINT)")
        connection.execute("INSERT INTO results.analysis VALUES (?, ?, 1)", ["o'neill", "CD19's"])
        assert len(connection.execute(query.sql).fetchall()) == 1
