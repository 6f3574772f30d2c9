"""Schema adam as CDISC datasets: names, labels and code lists that SAS transport files of version 5 can hold.

The rule: a dataset or variable has at most 8 letters, digits or underscores in upper case, its label at most 40 characters.
Columns of the warehouse that fit keep their name and description; the others have theirs here and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from schemas import codelists
from schemas.codelists import Codelist
from schemas.tables.adam import ADAM, ADAM_COMPUTED
from schemas.tables.table import ColumnDescription, Table
from schemas.units import DAYS_PER_MONTH

Kind = Literal["text", "integer", "number", "date"]

NAME = re.compile(r"[A-Z][A-Z0-9_]{0,7}")
LONGEST_LABEL = 40
LONGEST_TEXT = 200

KINDS: dict[str, Kind] = {"VARCHAR": "text", "BIGINT": "integer", "DOUBLE": "number", "DATE": "date"}
YES_NO = Codelist("NY", {"Y": "Yes", "N": "No", "U": "Unknown"})

# Name, label and class of each dataset.
DATASETS = {
    "adsl": ("Subject-level analysis", "SUBJECT LEVEL ANALYSIS DATASET"),
    "adrs": ("Response after each infusion", "BASIC DATA STRUCTURE"),
    "adtte": ("Time to event", "BASIC DATA STRUCTURE"),
    "adstate": ("Stays in states of multi-state models", "ADAM OTHER"),
    "adttealt": ("Time to event, other definitions", "BASIC DATA STRUCTURE"),
    "adae": ("Adverse events by infusion", "OCCURRENCE DATA STRUCTURE"),
    "adlb": ("Laboratory results in standard units", "BASIC DATA STRUCTURE"),
    "adck": ("Parameters of cellular kinetics", "BASIC DATA STRUCTURE"),
    "adcks": ("Samples of CAR-T cells", "ADAM OTHER"),
    "adgrade": ("Grades derived from findings", "ADAM OTHER"),
    "adhtday": ("Days with counts below limits", "ADAM OTHER"),
    "adht": ("Grades of hematotoxicity", "ADAM OTHER"),
    "adcyto": ("Recovery of counts on a day", "ADAM OTHER"),
    "adcare": ("Supportive care by period", "ADAM OTHER"),
    "adrisk": ("Risk factors", "ADAM OTHER"),
    "adevent": ("Happenings endpoints may count", "ADAM OTHER"),
    "adv2v": ("From collection to infusion", "ADAM OTHER"),
    "adscore": ("Scores from laboratory results", "ADAM OTHER"),
    "adscitem": ("Items of scores", "ADAM OTHER"),
    "adcal": ("Contacts of long-term follow-up", "ADAM OTHER"),
    "adtime": ("Happenings on the time axis of subjects", "ADAM OTHER"),
    "adex": ("Courses of CAR-T cells", "ADAM OTHER"),
    "adds": ("Steps that took place, did not, or ended", "ADAM OTHER"),
    "adorigin": ("Day 0 of every origin", "ADAM OTHER"),
    "adpop": ("Populations", "ADAM OTHER"),
    "adorphan": ("Records no figure counts", "ADAM OTHER"),
}
# Tables whose columns are those of another, which names and labels them.
LIKE = {"adttealt": "adtte"}
# srcseq is a text here, ADaM's SRCSEQ a number: it has another name.
NAMES = {
    "study_id": "STUDYID", "site_id": "SITEID", "subject_id": "SUBJID", "srcseq": "SRCRECID",
    "disease_status": "DISSTAT", "blasts_pct": "BLASTPCT", "priorhsctfl": "PRHSCTFL", "priorcartfl": "PRCARTFL",
    "infusion_interval_days": "INFINTDY", "infusion_number": "INFNUM", "infusiondt": "INFDT", "relapsedt": "RELAPDT",
    "population": "POPULATN", "transplant": "TRANSPLT", "happening": "HAPPENNG", "attribution": "ATTRIBTN",
    "mrd_status": "MRDSTAT", "atoxscale": "ATOXSCL", "risk_factor": "RISKFACT", "treatment": "TREATMNT", "value_number": "VALUEN",
    "untildesc": "UNTILDSC", "trt01": "TRT01A", "trt02": "TRT02A", "trt01dt": "TR01SDT", "trt02dt": "TR02SDT",
}  # fmt: skip
LABELS = {
    "infusion_number": "Infusion it belongs to",
    "paramcd": "Parameter code", "param": "Parameter",
    "srcdom": "Source table", "srcvar": "Column of the source table", "srcseq": "Record within the source table",
    "adrs.avalc": "Response in the window",
    "adrs.ady": "Days from infusion to assessment",
    "adrs.mrd_status": "Measurable residual disease",
    "adrs.laterdt": "First response after the window",
    "adrs.respfl": "Responder by the protocol",
    "adrs.mrdnegfl": "Responder without residual disease",
    "adds.dsdecod": "What took place, did not, or ended",
    "adds.dsreas": "Why",
    "adds.dscover": "Data consent covers from then on",
    "adpop.population": "Population of the protocol",
    "adpop.popfl": "Belongs to the population",
    "adpop.exclcd": "First condition not met",
    "adpop.exclrs": "Why the infusion was not given",
    "adevent.happening": "What happened",
    "adsl.blasts_pct": "Marrow blasts at enrollment (%)",
    "adsl.emdfl": "Extramedullary disease at enrollment",
    "adsl.priorcartfl": "CAR-T infusion before enrollment",
    "adsl.wthdrdt": "Consent taken back",
    "adsl.wthheldn": "Records after it, not used",
    "adsl.infn": "Number of courses",
    "adex.infusion_number": "Number of the course",
    "adex.target": "Target of the product",
    "adex.dose": "Dose of the course (1e5 cells/kg)",
    "adex.viab": "Living cells of the product (%)",
    "adex.tran": "T cells with the receptor (%)",
    "adex.planfl": "Product as the protocol plans",
    "adex.specfl": "Product within its specification",
    "adsl.viab01": "Living cells of product 1 (%)", "adsl.viab02": "Living cells of product 2 (%)",
    "adsl.tran01": "T cells with receptor, product 1 (%)", "adsl.tran02": "T cells with receptor, product 2 (%)",
    "adstate.model": "Multi-state model",
    "adstate.startlo": "First possible day 0, without a rule",
    "adstate.starthi": "Last possible day 0, without a rule",
    "adstate.stayn": "Number of the stay, 1 on day 0",
    "adstate.nextstat": "State it was left for",
    "adstate.entrydt": "Day the state was entered",
    "adstate.exitdt": "Day it was left, or last seen",
    "adstate.exitlo": "First possible day of leaving it",
    "adstate.exithi": "Last possible day of leaving it",
    "adstate.evntdesc": "What ended the stay",
    "adtte.transplant": "What transplant does",
    "adtte.startdtf": "Imputed part of the start date",
    "adtte.adt": "Day of event or censoring",
    "adtte.adtf": "Imputed part of the analysis date",
    "adtte.aval": "Days from start, 0 on that day",
    "adtte.avalm": f"Months, AVAL / {DAYS_PER_MONTH}",
    "adtte.startdt": "Start date, day 0",
    "adtte.evntdesc": "What happened, or why censored",
    "adae.attribution": "How the infusion was found",
    "adae.astdtf": "Imputed part of the onset date",
    "adae.aendt": "Day of resolution",
    "adae.aendtf": "Imputed part of the resolution date",
    "adae.occurfl": "The event occurred",
    "aeterm": "Adverse event",
    "adrs.evalfl": "Evaluable in the window",
    "adae.aeongo": "Ongoing at the data cut",
    "adae.dltfl": "Dose-limiting as reported",
    "adae.aedecod": "Term of the coding list",
    "adae.aebodsys": "System organ class",
    "adae.aeserfl": "Serious as reported",
    "adae.aerelfl": "Related to CAR-T cells as reported",
    "adae.organism": "Kind of organism",
    "adae.infsite": "Site of the infection",
    "adae.doubtvar": "Columns whose cells are set aside",
    "adsl.dthdtf": "Imputed part of the date of death",
    "adevent.eventdtf": "Imputed part of the day",
    "adtte.startlo": "First possible day 0, without a rule",
    "adtte.starthi": "Last possible day 0, without a rule",
    "adtte.adtlo": "First possible day, without a rule",
    "adtte.adthi": "Last possible day, without a rule",
    "adtte.unkfl": "An event may have happened unseen",
    "adrisk.risk_factor": "Risk factor of the protocol",
    "adrisk.value_number": "Value as a number",
    "adrisk.level": "Level of the protocol",
    "adrisk.knowndt": "Day from which it is known",
    "assay": "How cells were measured",
    "quantity": "Quantity measured",
    "adcks.ckdy": "Days from the infusion, 0 on that day",
    "adcks.aval": "Result in its unit",
    "adcks.quantfl": "Quantified",
    "adcks.untildy": "Day from which samples are of the next",
    "adcks.untildesc": "What ended the profile",
    "adlb.ady": "Days from that infusion, 0 on that day",
    "adlb.aval": "Result in the standard unit",
    "adlb.avallo": "Result lies above this: a limit",
    "adlb.avalhi": "Result lies below this: a limit",
    "adlb.anrlo": "Lower limit of normal", "adlb.anrhi": "Upper limit of normal",
    "adsl.relunkfl": "A relapse may have happened unseen",
    "adsl.dthunkfl": "Death may have happened unseen",
    "adsl.cksunkn": "Samples of CAR-T cells set aside",
    "adgrade.highest": "Highest grade that fits",
    "adgrade.agreefl": "The reported grade fits",
    "adcyto.infusion_number": "Infusion the day is counted from",
    "adcyto.askdt": "Day asked about", "adcyto.paramcd": "Blood count, or any of them",
    "adcyto.state": "Whether the count had recovered", "adcyto.statecd": "Why unknown, or not at risk",
    "adcyto.limitn": "A count below it is severe", "adcyto.adt": "Day of the sample that decides",
    "adcyto.avallo": "Count lies above this: a limit", "adcyto.avalhi": "Count lies below this: a limit",
    "adcare.infusion_number": "Infusion the period is counted from",
    "adcare.period": "Period, by its first and last day", "adcare.treatment": "Treatment or stay",
    "adcare.state": "Whether it was given", "adcare.statecd": "Why unknown",
    "adcare.sentfl": "The site sent records of it", "adcare.astdt": "First day on which it was given",
    "adcare.recordn": "Records of what was given",
    "adcare.daylo": "Days there for certain", "adcare.dayhi": "Days there at most",
    "adv2v.infusion_number": "Infusion the product is for",
    "adv2v.state": "What became of the infusion",
    "adv2v.bridgfl": "Bridging is reported",
    "adv2v.specfl": "Product within its specification",
    "adv2v.attemptn": "How often a product was made",
    "adv2v.viab": "Living cells of the product (%)", "adv2v.tran": "T cells with the receptor (%)",
    "adv2v.vcn": "Vector copies per cell", "adv2v.cd4": "CD4 cells among its T cells (%)",
    "adv2v.memory": "Naive, central memory cells (%)", "adv2v.respfl": "Responder by the protocol",
    "adv2v.enaphdy": "Days from enrollment to collection", "adv2v.aphinfdy": "Days from collection to infusion",
    "score": "Score, by its paper", "moment": "Day the score is of",
    "adscitem.resultn": "Results that count", "adscitem.valuelo": "Least value", "adscitem.valuehi": "Greatest value",
    "adscitem.adt": "Day of the result that decides", "adscitem.pointlo": "Points for certain", "adscitem.pointhi": "Points at most",
    "adscore.refdt": "Day it is counted from", "adscore.aval": "Score, blank where open",
    "adscore.lowest": "Lowest score that fits", "adscore.highest": "Highest score that fits",
    "adscore.avalcat1": "Group", "adscore.itemn": "Items of the score", "adscore.openn": "Items that are open",
    "adscore.openvar": "Which items are open",
    "adcal.months": "Months after the infusion",
    "adcal.infusion_number": "Infusion it is counted from",
    "adcal.seendt": "Contact held",
    "adcal.state": "What became of it",
    "adcal.nextfl": "The subject's next contact",
    "adcal.endrsn": "Why it is not owed",
    "adcal.enddt": "Day of that",
    "adcal.unkfl": "May not be owed: death not known",
    "adcal.knowndt": "Last day of which is known",
    "adtime.kind": "Kind of happening",
    "adtime.what": "Code of what happened",
    "adtime.detail": "What is known beside it",
    "adtime.number": "Number of the infusion, or grade",
    "adtime.scale": "Scale of the grade",
    "adtime.occurfl": "It occurred",
    "adtime.startdt": "Day of it, or of its onset",
    "adtime.startdtf": "Imputed part of that day",
    "adtime.enddt": "Last day of it",
    "adtime.ongofl": "No end reported by the data cut",
    "adtime.startdy": "Days from the first infusion to onset",
    "adtime.enddy": "Days from the first infusion to its end",
    "limitn": "Limit of the count",
    "scheme": "Scheme of grades",
    "adht.grade": "Grade, blank where left open", "adht.lowest": "Lowest grade that fits the samples",
    "adht.highest": "Highest grade that fits the samples",
    "nadir": "Lowest count of the phase",
    "enddt": "Last day of the phase seen", "endrsn": "What ended the phase", "dayn": "Days of the phase seen",
    "sampldn": "Days with a deciding sample", "gapdn": "Unsampled days that are not filled",
    "belowdn": "Days with a sample at or below",
    "daylo": "Days below, unknown as above", "dayhi": "Days below, unknown as below",
    "daybr": "Days below, filled, rest as above", "daybh": "Days below, filled, rest as below",
    "runlo": "Longest stretch, unknown as above", "runhi": "Longest stretch, unknown as below",
    "runbr": "Longest stretch, filled, rest as above", "runbh": "Longest stretch, filled, rest as below",
    "neverlo": "No recovery, unknown as above", "neverhi": "No recovery, unknown as below",
    "neverbr": "No recovery, filled, rest as above", "neverbh": "No recovery, filled, rest as below",
    "adorphan.subject_id": "Id under which the record came",
    "adorphan.aliken": "Known subjects whose id is like it",
    "adorphan.rown": "Rows that tell of it",
    "adck.param": "Parameter, window and method",
    "adck.aval": "Value in its unit",
    "adck.cnsr": "Persistence: 1 still detectable, 0 not",
    "adck.nsamp": "Samples of the profile",
    "adck.note": "Why not estimable, or how computed",
    "adck.notecd": "Code of the note",
    "adck.notearg": "Arguments of the note, as JSON",
}  # fmt: skip
CODELISTS = {
    "sex": codelists.SEX,
    "disease_status": codelists.DISEASE_STATUS,
    "target": codelists.TARGET, "trt01": codelists.TARGET, "trt02": codelists.TARGET,
    "aeterm": codelists.ADVERSE_EVENT_TERM,
    "organism": codelists.ORGANISM, "infsite": codelists.INFECTION_SITE,
    "atoxscale": codelists.GRADING_SCALE, "scale": codelists.GRADING_SCALE,
    "matrix": codelists.MATRIX,
    "assay": codelists.KINETICS_ASSAY,
    "avalc": codelists.RESPONSE,
    "mrd_status": codelists.MRD_STATUS,
    "dthcaus": codelists.DEATH_CAUSE,
    "relsite": codelists.RELAPSE_SITE, "relcd19": codelists.ANTIGEN_STATUS, "relcd22": codelists.ANTIGEN_STATUS,
}  # fmt: skip
FLAG_COLUMNS = frozenset({
    "emdfl", "hrgenfl", "priorhsctfl", "priorcartfl", "evalfl", "respfl", "mrdnegfl", "occurfl", "quantfl", "agreefl", "dltfl", "aeserfl", "aerelfl",
    "neverlo", "neverhi", "neverbr", "neverbh", "nextfl", "ongofl", "sentfl",
})  # fmt: skip


@dataclass(frozen=True)
class Variable:
    """A variable of a dataset. `column` is that of the warehouse; blank where the value is made on export."""

    name: str
    label: str
    kind: Kind
    column: str = ""
    codelist: Codelist | None = None


@dataclass(frozen=True)
class Dataset:
    """A table of schema adam as a dataset: its variables in order, and the names of those that tell rows apart."""

    table: Table
    label: str
    adam_class: str
    variables: tuple[Variable, ...]
    keys: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name of the dataset."""
        return self.table.name.upper()


def adam_datasets() -> tuple[Dataset, ...]:
    """Every dataset of an export, subjects first."""
    tables = {table.name: table for table in (*ADAM, *ADAM_COMPUTED)}
    return tuple(_dataset(tables[name], label, adam_class) for name, (label, adam_class) in DATASETS.items())


def _dataset(table: Table, label: str, adam_class: str) -> Dataset:
    identity = ("study_id", "site_id", "subject_id")
    own = [_variable(table, column) for column in table.columns if column.name not in identity]
    of = {column.name: _variable(table, column) for column in table.columns if column.name in identity}
    whole = Variable("USUBJID", "Unique subject identifier", "text")
    keys = tuple("USUBJID" if key == "subject_id" else variable_name(key) for key in table.key)
    variables = (of["study_id"], whole, of["subject_id"], of["site_id"], *_parameter(table), *own)
    return Dataset(table, label, adam_class, variables, keys)


def variable_name(column: str) -> str:
    """The variable a column becomes."""
    return NAMES.get(column, column.upper())


def _variable(table: Table, column: ColumnDescription) -> Variable:
    label = (
        LABELS.get(f"{LIKE.get(table.name, table.name)}.{column.name}") or LABELS.get(column.name) or column.description
    )
    codes = YES_NO if column.name in FLAG_COLUMNS else CODELISTS.get(column.name)
    return Variable(variable_name(column.name), label.split(": Y or N")[0], KINDS[column.sql_type], column.name, codes)


def _parameter(table: Table) -> tuple[Variable, ...]:
    """What a basic data structure needs and the warehouse says otherwise: see transforms.exports.adam_frames."""
    code, words = Variable("PARAMCD", "Parameter code", "text"), Variable("PARAM", "Parameter", "text")
    made = {
        "adrs": (code, words),
        "adlb": (words,),
        "adtte": (Variable("PARAMID", "Parameter as the protocol names it", "text"),),
    }
    return made.get(LIKE.get(table.name, table.name), ())
