"""What a night does once its studies are done, without Prefect: assemble, check, publish, and tell the sites.

A night is assembled beside the published one and replaces it only when every check of severity error holds.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import polars as pl

from flows.code_version import code_hash, code_version
from flows.history.holds import hold_table
from flows.history.nights import BUILT_TONIGHT, keep_night, night_in_force
from flows.history.run_log import RunLog, withdrawn_studies
from flows.history.signatures import signatures
from flows.night.answers_gone import answers_gone
from flows.night.contact_lists import CONTACTS, SUFFIX
from flows.night.night import Night
from flows.night.publication import LIST_SUFFIXES, clear_unpublished, put_in_place, was_interrupted
from flows.night.query_lists import QUERIES, REACH, with_reach
from flows.night.reach_scores import missed_ranges
from flows.settings import BUILDING
from flows.study.contracts import ORIGIN
from flows.study.outcome import EARLIER, StudyOutcome
from flows.study.product import AS_OF, EXPLORE, PROFILE, PROFILES, REPORT, crosscheck_rules
from flows.study_folder import list_studies
from schemas.errors import UsageError
from transforms.reports.signatures import with_signatures
from transforms.words import with_alarm_words, words_in
from warehouse.alarms import find_alarms
from warehouse.assemble import assemble_warehouse
from warehouse.dictionary import list_rules
from warehouse.frame_store import FrameStore, content_key, hash_file
from warehouse.published import query_published, read_build_keys, read_manifest_hash
from warehouse.study_product import fits_the_tables
from warehouse.table_hash import read_content_hash


def manifest_hash(night: Night, outcomes: Sequence[StudyOutcome], alarms: pl.DataFrame) -> str:
    """A hash of all that tonight's tables follow from: equal hashes, equal tables."""
    parts = [f"{outcome.study_id} {outcome.build_key} {outcome.state in EARLIER}" for outcome in outcomes]
    holds = holds_of(night, outcomes)
    decided = [holds.write_json()] if holds.height else []
    return content_key(code_hash(), alarms.write_json(), *decided, *sorted(parts))


def holds_of(night: Night, outcomes: Sequence[StudyOutcome]) -> pl.DataFrame:
    """Rows of meta.publication_hold; a snapshot is nobody's to hold."""
    published = {one.study_id: one.build_key for one in outcomes if one.build_key and not night.snapshot}
    passed = [one.study_id for one in outcomes if one.state in BUILT_TONIGHT]
    return hold_table(RunLog.of(night.settings).lines(), published, passed)


def carry_over(outcome: StudyOutcome, night: Night) -> StudyOutcome:
    """A failed study with the tables of the night last published, where its product is still there."""
    key = last_build_keys(night).get(outcome.study_id)
    if key is None:
        return outcome
    if not can_publish(night, key):
        return replace(
            outcome,
            message=f"{outcome.message}; its tables of the last night are not in the workspace any more (removed or damaged), "
            "and no night is published without them until it runs again",
        )
    return StudyOutcome(outcome.study_id, "carried over", key, outcome.message, outcome.exit_code)


def last_build_keys(night: Night) -> dict[str, str]:
    """The build key of every study last published; of those that can be published again, where the file itself is gone or damaged."""
    if night.published.exists() or night.snapshot:
        return read_build_keys(night.published)
    kept = night_in_force(night.settings, night.as_of)
    studies = kept.studies.items() if kept else ()
    return {name: study.build_key for name, study in studies if can_publish(night, study.build_key)}


def would_be_lost(night: Night, outcomes: Sequence[StudyOutcome]) -> bool:
    """Whether a published study failed and can't be carried over either: a night without it would take back what stands."""
    failed = {outcome.study_id for outcome in outcomes if outcome.state == "failed"}
    return not failed.isdisjoint(read_build_keys(night.published))


def is_published(night: Night, outcomes: Sequence[StudyOutcome], manifest: str | None) -> bool:
    """Whether what stands in the published places is what tonight's studies give, all of it."""
    as_tonight = not was_interrupted(night.published) and read_manifest_hash(night.published) == manifest
    return as_tonight and not _lacks_reports(night, outcomes)


def _lacks_reports(night: Night, outcomes: Sequence[StudyOutcome]) -> bool:
    """Whether a report or list of the published night is not in its place any more."""
    pages = [night.reports / "index.html", *(place for place, _ in _pages_of(night, outcomes))]
    if night.snapshot is None:
        asked = query_published(night.published, "SELECT DISTINCT study_id, site_id FROM meta.site_query").rows()
        pages += [night.settings.queries / study / f"{site}{end}" for study, site in asked for end in LIST_SUFFIXES]
        owed = query_published(night.published, f"SELECT DISTINCT study_id, site_id FROM ({CONTACTS})").rows()
        pages += [night.settings.queries / study / f"{site}{SUFFIX}" for study, site in owed]
    return not all(page.exists() for page in pages)


def _pages_of(night: Night, outcomes: Sequence[StudyOutcome]) -> Iterator[tuple[Path, Path]]:
    """The place of every page of the studies, and where it lies in the study's product; one of an earlier version may have the report alone."""
    products = FrameStore(night.settings.products)
    for outcome in outcomes:
        if outcome.build_key:
            product, place = products.folder(outcome.build_key), night.reports / outcome.study_id
            yield place / "index.html", product / REPORT
            if (product / EXPLORE).exists():
                yield place / EXPLORE, product / EXPLORE
            for page in sorted(product.glob(f"{PROFILE}*.html")):
                yield place / PROFILES / page.name.removeprefix(PROFILE), page


def kept_studies(night: Night, asked: Sequence[str]) -> list[StudyOutcome]:
    """The published studies a run was not asked for, which it keeps as they are."""
    if night.snapshot:
        return []
    gone = withdrawn_studies(RunLog.of(night.settings).lines())
    there = set(list_studies(night.settings))
    published = {
        name: key
        for name, key in last_build_keys(night).items()
        if name not in asked and (name in there or name not in gone)
    }
    if outdated := sorted(name for name, key in published.items() if not can_publish(night, key)):
        raise UsageError(
            f"{', '.join(outdated)}: the published tables are of an earlier version or their product is gone; "
            "run all studies once: cartrove run"
        )
    products = FrameStore(night.settings.products)
    for key in published.values():
        products.mark_used(key)
    return [
        StudyOutcome(name, "kept", key, "" if name in there else _without_folder(night.settings.studies / name))
        for name, key in published.items()
    ]


def _without_folder(folder: Path) -> str:
    return (
        f"{folder}: there is no protocol.yaml any more (removed, renamed or closed to the user who runs Cartrove); what was "
        f"published of the study stays, and nothing new is read; cartrove withdraw study {folder.name} takes it out, "
        f"cartrove withdraw renamed {folder.name} NEW says that it has another name now"
    )


def can_publish(night: Night, build_key: str) -> bool:
    """Whether a product is still there and has the tables of today."""
    products = FrameStore(night.settings.products)
    return build_key in products and fits_the_tables(products.folder(build_key))


def studies_to_rebuild(night: Night, asked: Sequence[str]) -> list[str]:
    """Published studies a run was not asked for and can't keep, since their products are gone from the workspace."""
    if night.snapshot:
        return []
    products = FrameStore(night.settings.products)
    gone = [name for name, key in read_build_keys(night.published).items() if key not in products]
    return [name for name in list_studies(night.settings) if name in gone and name not in asked]


def alarms_of(night: Night, outcomes: Sequence[StudyOutcome], scores: pl.DataFrame) -> pl.DataFrame:
    """Rows of meta.alarm. scores: rows of meta.reach_score."""
    rejected = [(o.study_id, export.site_id, export.kind, export.message) for o in outcomes for export in o.rejected]
    rejected += [(o.study_id, doubt.site_id, "folder", doubt.what) for o in outcomes for doubt in o.doubts]
    rejected += [(o.study_id, "", "study gone", o.message) for o in outcomes if o.state == "kept" and o.message]
    rejected += list(_broken_contracts(_products(night, outcomes)))
    found = find_alarms(_products(night, outcomes), night.as_of, rejected)
    told = [_waiting(night, outcomes), missed_ranges(scores), answers_gone(night, _products(night, outcomes))]
    return with_alarm_words(pl.concat([found, *(one.select(found.columns) for one in told)]), words_in("en"))


def _waiting(night: Night, outcomes: Sequence[StudyOutcome]) -> pl.DataFrame:
    """An alarm for each study whose publication waits for a person."""
    waiting = holds_of(night, outcomes).filter(status="waiting").group_by("study_id").len("n").sort("study_id")
    arguments = [json.dumps({"n": n, "study": study_id}) for study_id, n in waiting.iter_rows()]
    return waiting.select("study_id", site_id=pl.lit(""), kind=pl.lit("publication held")).with_columns(
        pl.Series("arguments", arguments, dtype=pl.String)
    )


def _broken_contracts(products: Sequence[Path]) -> Iterator[tuple[str, str, str, str]]:
    """An alarm for each outcome that a protocol's definitions no longer give as its contracts say."""
    words = words_in("en")
    for folder in products:
        broken = pl.read_parquet(folder / "results.finding.parquet").filter(origin=ORIGIN)
        for study_id, code, arguments in broken.select("study_id", "code", "arguments").iter_rows():
            yield study_id, "", "broken contract", words(f"finding.{code}", **json.loads(arguments))


def _products(night: Night, outcomes: Sequence[StudyOutcome]) -> list[Path]:
    products = FrameStore(night.settings.products)
    return [products.folder(outcome.build_key) for outcome in outcomes if outcome.build_key]


def assemble(night: Night, outcomes: Sequence[StudyOutcome], alarms: pl.DataFrame, scores: pl.DataFrame) -> Path:
    """Write tonight's warehouse beside the published one."""
    night.built.parent.mkdir(parents=True, exist_ok=True)
    run = {
        "run_id": night.run_id,
        "started_at": night.started_at.replace(tzinfo=None),
        "started_by": night.started_by,
        "as_of": night.as_of,
        "data_cut": night.data_cut,
        "code_version": code_version(),
        "code_hash": code_hash(),
        "manifest_hash": manifest_hash(night, outcomes, alarms),
        "log_hash": night.log_hash,
    }
    studies = [
        {"study_id": o.study_id, "state": o.state, "build_key": o.build_key, "message": o.message} for o in outcomes
    ]
    assemble_warehouse(
        night.built,
        _products(night, outcomes),
        {
            "meta.run": pl.DataFrame([run], infer_schema_length=None),
            "meta.alarm": alarms,
            "meta.reach_score": scores,
            "meta.run_study": pl.DataFrame(studies, infer_schema_length=None),
            "meta.publication_hold": holds_of(night, outcomes),
            "meta.rule": list_rules(crosscheck_rules()),
        },
    )
    return night.built


def publish(night: Night, outcomes: Sequence[StudyOutcome], index: str) -> None:
    """Replace the published night: its reports with the page over them, its query lists, its warehouse."""
    pages = _with_signatures(night, {**_reports(night, outcomes), night.reports / "index.html": index.encode()})
    _note_publication(night, outcomes, pages)
    queries, contacts = None, None
    if not night.snapshot:
        contacts = query_published(night.built, CONTACTS)
        asked, reach = (query_published(night.built, sql) for sql in (QUERIES, REACH))
        queries = with_reach(asked, reach, numbers=not night.settings.smallest_count)
    put_in_place(night.settings, pages, queries, night.built, night.published, contacts)


def _reports(night: Night, outcomes: Sequence[StudyOutcome]) -> dict[Path, bytes]:
    return {
        place: kept.read_text("utf-8").replace(AS_OF, str(night.as_of)).encode()
        for place, kept in _pages_of(night, outcomes)
    }


def _with_signatures(night: Night, pages: Mapping[Path, bytes]) -> dict[Path, bytes]:
    """The pages with who signed these very tables, or which signed night they supersede."""
    signed = [asdict(one) for one in signatures(RunLog.of(night.settings).lines())]
    if not signed:
        return dict(pages)
    content = read_content_hash(night.built)
    return {place: with_signatures(page.decode(), signed, content).encode() for place, page in pages.items()}


def _note_publication(night: Night, outcomes: Sequence[StudyOutcome], reports: Mapping[Path, bytes]) -> None:
    """Keep what the night rests on, and say in the run log what is about to be published: a kill in between loses nothing."""
    settings = night.settings
    hashes = {place: hashlib.sha256(text).hexdigest() for place, text in reports.items()}
    hashes[night.published] = hash_file(night.built)
    published = {place.relative_to(settings.workspace).as_posix(): sha256 for place, sha256 in hashes.items()}
    code = {"code_version": code_version(), "code_hash": code_hash()}
    content = read_content_hash(night.built)
    kept = keep_night(night, outcomes, code, content, published)
    details = {"place": night.published.name, "night_sha256": kept, "content_hash": content, "files": published}
    RunLog.of(settings).append("publishing", night.run_id, details)


def clear_unfinished(night: Night) -> None:
    """Remove what killed runs left half built; only the run that holds the workspace may."""
    for published in (night.settings.published, night.published):
        shutil.rmtree(published.parent / BUILDING, ignore_errors=True)
    shutil.rmtree(night.settings.staging / "unfinished", ignore_errors=True)
    shutil.rmtree(night.settings.products / "unfinished", ignore_errors=True)
    clear_unpublished(night.settings)
