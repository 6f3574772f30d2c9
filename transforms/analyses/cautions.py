"""What a figure has to say of what is not known: days, and which rule of the protocol is missing; events; records of nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import polars as pl

from schemas.protocol import Endpoint, MultiState, RiskFactor
from schemas.protocol.endpoints import TOLD_IN
from schemas.reasons import Reason, reason
from transforms.analyses.rows import ResultRow
from transforms.analyses.silent_sites import happenings_cautions
from transforms.analyses.study_data import StudyData

# Domains whose records count towards a figure, in the order in which it tells of them.
RECORDS = (
    "subject", "infusion", "follow_up", "response", "relapse", "transplant", "consolidation", "milestone", "death", "adverse_event",
    "treatment", "disposition", "cell_kinetics",
)  # fmt: skip
# These move the denominator of whatever is counted, whosever they are.
OF_ANY_FIGURE = ("subject", "infusion")
DOSE = "dose_1e5_per_kg"
# What adorphan says of a row that gave no record, in the place of the column in doubt.
UNREAD_ROW = "row"
# And of an infusion of a known subject that is set aside whole.
INFUSION = "infusion_number"


def days_cautions(subjects: pl.DataFrame) -> Iterator[Reason]:
    """Of rows of adtte: event dates and days 0 that stand within bounds only; none where all are known or imputed by rule."""
    events = subjects.filter(pl.col("event") != 0)
    bounded = events.filter(pl.col("adtlo").is_not_null(), pl.col("adtf").is_not_null())
    # Reported in full, and impossible: no rule of the protocol is missing.
    too_late = events.filter(pl.col("adtlo").is_not_null(), pl.col("adtf").is_null())
    started = subjects.filter(pl.col("startlo").is_not_null())
    if bounded.height:
        yield reason("bounded_days", n=bounded.height, of=events.height, columns=_columns(bounded))
    if too_late.height:
        yield reason("dated_after_export", n=too_late.height, of=events.height)
    if started.height:
        yield reason("bounded_day_0", n=started.height, of=subjects.height)


def unseen_cautions(subjects: pl.DataFrame) -> Iterator[Reason]:
    """Of rows of adtte: subjects of whom no record shows for certain whether the event happened."""
    unseen = subjects.filter(unkfl="Y").height
    if unseen:
        yield reason("event_unknown", n=unseen, of=subjects.height)


def remission_cautions(data: StudyData, subjects: pl.DataFrame, endpoint: Endpoint | MultiState) -> Iterator[Reason]:
    """Of survival free of leukemia, or of relapse: subjects who were never in remission, and so can't relapse."""
    starts_in_remission = data.protocol.origins[endpoint.origin].kind in ("remission", "transplant")
    if endpoint.kind not in ("lfs", "cir") or starts_in_remission or "no_response" in endpoint.roles():
        return
    judged = data.adrs.join(subjects, on=["subject_id", "infusion_number"], how="semi")
    never = judged.filter(respfl="N", evalfl="Y").height
    if never:
        yield reason("never_in_remission", n=never, of=subjects.height)


def consent_cautions(data: StudyData, subjects: pl.DataFrame) -> Iterator[Reason]:
    """Subjects whose later records are not used, since consent does not cover them, or are used though they may not be."""
    withheld = data.adsl.filter(pl.col("wthheldn") > 0).join(subjects, on="subject_id", how="semi").height
    if withheld:
        yield reason("withheld_by_consent", n=withheld, of=subjects.height)
    undated = (
        (pl.col("dsdecod") == "withdrew consent")
        & pl.col("dsdt").is_null()
        & (pl.col("dscover") != "all").fill_null(value=True)
    )
    unsure = data.adds.filter(undated | (pl.col("dsdecod") == "unknown")).join(subjects, on="subject_id", how="semi")
    if unsure.height:
        yield reason("consent_unknown", n=unsure["subject_id"].n_unique(), of=subjects.height)


def undecided_cautions(data: StudyData, population: str) -> Iterator[Reason]:
    """Of a population: subjects of whom nobody knows whether they belong, for another reason than their response."""
    judged = data.adpop.filter(population=population)
    open_ = judged.filter(pl.col("exclcd") != "response_unknown", popfl="U").height
    if open_:
        yield reason("population_unknown", n=open_, of=judged.height)


def detail_cautions(known: pl.Series) -> Iterator[Reason]:
    """Of a detail of several subjects: of how many it is not known; nothing where it is of all, or nobody is asked."""
    if known.null_count():
        yield reason("detail_unknown", n=known.null_count(), of=known.len())


def level_cautions(factor: RiskFactor, known: pl.DataFrame) -> Iterator[Reason]:
    """Of the rows of factor_of: subjects in no level, whose value the protocol does not leave out on purpose."""
    ungrouped = known["value"].is_in(factor.ungrouped).fill_null(value=False)
    unknown = int((known["level"].is_null() & ~ungrouped).sum())
    if unknown:
        yield reason("level_unknown", n=unknown, of=known.height)


def dose_cautions(data: StudyData, doses: pl.DataFrame) -> Iterator[Reason]:
    """Of known doses (subject_id, infusion_number): how many count as reported though the site has yet to confirm them."""
    asked = data.disputed.filter(domain="infusion", column_name=DOSE)
    disputed = doses.join(asked, on=["subject_id", "infusion_number"], how="semi").height
    if disputed:
        yield reason("disputed", n=disputed, of=doses.height)


def dose_factor_cautions(data: StudyData, name: str, subjects: pl.DataFrame) -> Iterator[Reason]:
    """The same of a risk factor that is a dose, in some subjects; nothing of any other factor."""
    factor = data.protocol.risk_factors[name]
    if ("infusion", DOSE) in factor.sources:
        known = subjects.filter(data.factor_of(subjects, name)["value"].is_not_null())
        yield from dose_cautions(data, known.select("subject_id", infusion_number=pl.lit(factor.infusion, pl.Int64)))


def derived_cautions(factor: RiskFactor) -> Iterator[Reason]:
    """Of a risk factor whose cut these data chose: that it is so."""
    if factor.data_derived:
        yield reason("data_derived")


def factor_cautions(data: StudyData, name: str, subjects: pl.DataFrame) -> Iterator[Reason]:
    """What a risk factor brings with it wherever it is used: a cut that data chose, doses in doubt."""
    yield from derived_cautions(data.protocol.risk_factors[name])
    yield from dose_factor_cautions(data, name, subjects)


def population_cautions(data: StudyData, infusion: int | None) -> Iterator[Reason]:
    """Of a population of those who responded to an infusion: those who may have done so."""
    if infusion is None:
        return
    assessed = data.adrs.filter(infusion_number=infusion)
    unknown = assessed.filter(respfl="U").height
    if unknown:
        yield reason("response_unknown", n=unknown, of=assessed.height)


def orphans_cautions(
    data: StudyData, domains: Collection[str], *, infusion: int | None = None, term: str | None = None
) -> Iterator[Reason]:
    """Records under an id of no known subject, which no figure counts: by kind, how many of those that may concern a figure.

    infusion, term: those that name another infusion or adverse event don't. Where the id is like that of a known subject, the
    figure counts that subject as unknown.
    """
    # An adverse event that may be of several subjects leaves it unknown in none of them, and a contact in nobody.
    told = (pl.col("aliken") == 1) | ((pl.col("aliken") > 1) & (pl.col("srcdom") != "adverse_event"))
    told &= ~pl.col("srcdom").is_in([*OF_ANY_FIGURE, "follow_up"])
    found = data.adorphan.filter(
        pl.col("srcdom").is_in([*OF_ANY_FIGURE, *domains])
        & ~told
        & (pl.col("infusion_number") == (infusion or pl.col("infusion_number"))).fill_null(value=True)
        & (pl.col("aeterm") == (term or pl.col("aeterm"))).fill_null(value=True)
    )
    unread, of_known = pl.col("srcvar") == UNREAD_ROW, found.filter(srcvar=INFUSION)
    if of_known.height:
        yield reason("infusion_unknown", n=of_known["subject_id"].n_unique())
    rows = dict(
        found.filter(~unread, pl.col("srcvar") != INFUSION).group_by("srcdom").agg(pl.col("rown").sum()).iter_rows()
    )
    yield from (reason("of_nobody", records=name, n=rows[name]) for name in RECORDS if name in rows)
    # A row that gave no record may be one of each domain its feed makes: it is one row all the same.
    of_domain = found.filter(unread).group_by("srcdom").agg(pl.col("rown").sum())["rown"]
    if of_domain.len():
        yield reason("rows_unread", n=int(of_domain.max()))  # type: ignore[arg-type]


def cautions(
    data: StudyData, subjects: pl.DataFrame, endpoint: Endpoint | MultiState | None = None
) -> tuple[Reason, ...]:
    """All that a figure over the times of an endpoint, or over states, has to say; without one, what its subjects leave unknown."""
    said = (*days_cautions(subjects), *unseen_cautions(subjects))
    if endpoint is None:
        return said
    population, origin = data.protocol.populations[endpoint.population], data.protocol.origins[endpoint.origin]
    told_in = {TOLD_IN[happening] for happening in endpoint.roles()} | {"follow_up", "disposition"}
    if population.responded_after or population.evaluable_after or origin.kind == "remission":
        told_in.add("response")
    if population.transplanted is not None or population.has_transplant is not None or origin.kind == "transplant":
        told_in.add("transplant")
    return (
        *said,
        *remission_cautions(data, subjects, endpoint),
        *consent_cautions(data, subjects),
        *undecided_cautions(data, endpoint.population),
        *population_cautions(data, population.responded_after),
        *happenings_cautions(data, subjects, endpoint),
        *orphans_cautions(data, told_in),
    )


def unseen_rows(data: StudyData, base: ResultRow, subjects: pl.DataFrame) -> list[ResultRow]:
    """The count of subjects of whom it is unknown whether the event happened; nothing where it is known of all."""
    unseen = subjects.filter(unkfl="Y")
    if unseen.is_empty():
        return []
    chosen = base.basis.parts[0].chosen
    among = None if chosen is None else [one for one in chosen.among if one != chosen.rows]
    row = base.resting_on(base.basis + data.rests_on("event", "adam.adtte", unseen, "unkfl", among=among, unkfl="Y"))
    return [row.counting("unknown", unseen.height, subjects.height)]


def _columns(bounded: pl.DataFrame) -> list[str]:
    named = bounded.select(pl.concat_str("srcdom", "srcvar", separator=".")).to_series()
    return named.unique().sort().to_list()
