"""Schema adam: endpoint tables in the style of CDISC ADaM, names in lower case. Each is filled by the SQL file of its name.

Those of ADAM_COMPUTED are filled by transforms.analyses.
"""

from __future__ import annotations

from schemas.axis import AXIS_KINDS, CONTACT_STATES
from schemas.tables.table import Table, described
from schemas.units import DAYS_PER_MONTH

SUBJECT = described(
    "study_id VARCHAR Study",
    "site_id VARCHAR Site",
    "subject_id VARCHAR Subject",
)

SOURCE = described(
    "srcdom VARCHAR Core table the date or value was taken from",
    "srcvar VARCHAR Column of that table",
    "srcseq VARCHAR record_id within that table",
)

ADSL = Table(
    "adam",
    "adsl",
    "One row per enrolled subject.",
    ("study_id", "subject_id"),
    SUBJECT
    + described(
        "enrldt DATE Date of enrollment",
        "age DOUBLE Age at enrollment (years)",
        "sex VARCHAR Sex",
        "disease_status VARCHAR Leukemia at enrollment",
        "blasts_pct DOUBLE Leukemic blasts in the marrow at enrollment (%)",
        "emdfl VARCHAR Extramedullary disease at enrollment: Y or N",
        "hrgenfl VARCHAR High-risk genetics: Y or N",
        "priorhsctfl VARCHAR Transplant before enrollment: Y or N",
        "priorcartfl VARCHAR CAR-T infusion before enrollment: Y or N",
        "infn BIGINT Number of courses within the study up to the data cut",
        "trt01 VARCHAR Target of infusion 1",
        "trt01dt DATE Date of infusion 1",
        "dose01 DOUBLE Dose of infusion 1 (1e5 cells/kg)",
        "viab01 DOUBLE Living cells of the product of infusion 1 (%)",
        "tran01 DOUBLE T cells with the receptor in the product of infusion 1 (%)",
        "trt02 VARCHAR Target of infusion 2",
        "trt02dt DATE Date of infusion 2",
        "dose02 DOUBLE Dose of infusion 2 (1e5 cells/kg)",
        "viab02 DOUBLE Living cells of the product of infusion 2 (%)",
        "tran02 DOUBLE T cells with the receptor in the product of infusion 2 (%)",
        "infusion_interval_days BIGINT Days from infusion 1 to infusion 2",
        "hsctdt DATE First transplant after enrollment",
        "relapsedt DATE First relapse after the first infusion",
        "relsite VARCHAR Where leukemia came back at that relapse",
        "relcd19 VARCHAR CD19 on the blasts of that relapse",
        "relcd22 VARCHAR CD22 on the blasts of that relapse",
        "dthdt DATE Date of death",
        "dthdtf VARCHAR Imputed part of dthdt: D day, M month and day, Y all of it; blank: reported in full",
        "dthcaus VARCHAR Cause of death",
        "relunkfl VARCHAR Y where a record leaves open whether there was a relapse after the first infusion; blank otherwise",
        "dthunkfl VARCHAR Y where a record leaves open whether the subject died; blank otherwise",
        "cksunkn BIGINT Samples of CAR-T cells that are set aside, in whole or in their result",
        "lstalvdt DATE Last day known alive, up to the data cut",
        "wthdrdt DATE Day consent was taken back, where it does not cover all data from after it",
        "wthheldn BIGINT Records from after that day, which are not used",
    ),
)

ADEX = Table(
    "adam",
    "adex",
    "One row per subject and course of CAR-T cells: an infusion, or several that the protocol counts as one.",
    ("study_id", "subject_id", "infusion_number"),
    SUBJECT
    + described(
        "infusion_number BIGINT Number of the course: of its infusion, or of the one the others belong to",
        "target VARCHAR Target of the product; of several products, joined by +",
        "infusiondt DATE Day 0 of the course",
        "firstdt DATE Day of its first infusion",
        "lastdt DATE Day of its last infusion",
        "nextdt DATE Day 0 of the course after it",
        "exn BIGINT Infusions in it, fractions counted apart",
        "dose DOUBLE Dose of the course (1e5 cells/kg); blank where the dose of one of its infusions is not known",
        "viab DOUBLE Living cells of the product (%), the lowest of several",
        "tran DOUBLE T cells of the product with the receptor (%), the lowest of several",
        "planfl VARCHAR Product with a target the protocol plans for this number: Y or N",
        "specfl VARCHAR Product within its release specification: Y or N",
    )
    + SOURCE,
)

ADDS = Table(
    "adam",
    "adds",
    "One row per subject, step of the study that took place, did not or ended, and infusion it is about.",
    ("study_id", "subject_id", "dsdecod", "infusion_number"),
    SUBJECT
    + described(
        "dsdecod VARCHAR What took place, did not, or ended: apheresis, not infused, withdrew consent, lost to follow-up, end of study; unknown where the site's word for it is not known",
        "infusion_number BIGINT Infusion it is about; 0 for none",
        "dsdt DATE Day of it",
        "dsreas VARCHAR Why; of an infusion not given of which no site says why: death where the subject died, else blank",
        "dscover VARCHAR Of consent taken back: which data from after that day may be used",
    )
    + SOURCE,
)

ADPOP = Table(
    "adam",
    "adpop",
    "One row per population of the protocol and enrolled subject: in it, or not and why.",
    ("study_id", "population", "subject_id"),
    SUBJECT
    + described(
        "population VARCHAR Name of the population in protocol.yaml",
        "popfl VARCHAR Belongs to it: Y, N, or U where that rests on what is not known",
        "exclcd VARCHAR First condition not met, or not known to be: not_infused, other_product, not_evaluable ...; blank where it belongs",
        "exclrs VARCHAR Why that infusion was not given, where it was not; blank where nobody says",
    ),
)

ADORIGIN = Table(
    "adam",
    "adorigin",
    "One row per origin of meta.origin and subject who reached it.",
    ("study_id", "origin", "subject_id"),
    SUBJECT
    + described(
        "origin VARCHAR Name of the origin in meta.origin",
        "infusion_number BIGINT The infusion that is the origin, or that it follows",
        "origindt DATE Day 0",
    )
    + SOURCE,
)

ADEVENT = Table(
    "adam",
    "adevent",
    "One row per dated happening of a subject that an endpoint may count, up to the data cut.",
    ("study_id", "subject_id", "happening", "eventdt", "srcdom", "srcseq"),
    SUBJECT
    + described(
        "happening VARCHAR death, relapse, no_response, transplant, consolidation, severe_acute_gvhd, severe_chronic_gvhd, next_infusion, a recovery, car_t_loss, assessment or contact",
        "eventdt DATE Day it happened",
        "eventdtf VARCHAR Imputed part of eventdt: D day, M month and day, Y all of it; blank: reported in full",
        "infusion_number BIGINT no_response: the infusion not responded to; next_infusion: its number",
        "evntdesc VARCHAR What happened, in words",
    )
    + SOURCE,
)

ADRS = Table(
    "adam",
    "adrs",
    "One row per subject and infusion that has a response window.",
    ("study_id", "subject_id", "infusion_number"),
    SUBJECT
    + described(
        "infusion_number BIGINT Infusion the response follows",
        "target VARCHAR Target of that infusion",
        "infusiondt DATE Date of that infusion",
        "avalc VARCHAR Response in the window; NE where none was assessed, UNK where one was and is not known",
        "adt DATE Day of the assessment counted",
        "ady BIGINT Days from the infusion to that assessment",
        "mrd_status VARCHAR Measurable residual disease at that assessment",
        "evalfl VARCHAR Evaluable in the window: Y, N, or U where an assessment can't be read or may lie outside",
        "respfl VARCHAR Responder as the protocol defines it: Y, N or U (unknown)",
        "laterdt DATE First response after the window and before the next infusion, of who is no responder in it",
        "mrdnegfl VARCHAR Responder without measurable residual disease: Y, N or U (unknown); blank where not examined",
    )
    + SOURCE,
)

ADTTE = Table(
    "adam",
    "adtte",
    "One row per time-to-event endpoint of the protocol, or happening of a multi-state model, and subject of its population.",
    ("study_id", "paramcd", "subject_id"),
    SUBJECT
    + described(
        "paramcd VARCHAR Name of the endpoint in protocol.yaml; model.happening for the first time of what moves subjects of a multi-state model",
        "param VARCHAR The endpoint in words",
        "population VARCHAR Population it is counted in",
        "origin VARCHAR Origin it is counted from",
        "infusion_number BIGINT The infusion that is the origin, or that it follows",
        "transplant VARCHAR What transplant does: ignore, censor, competing or event",
        "startdt DATE Day 0",
        "startdtf VARCHAR Imputed part of startdt: D day, M month and day, Y all of it; blank: reported in full",
        "startlo DATE First day startdt can be, where no rule of the protocol imputes it; blank elsewhere",
        "starthi DATE Last day startdt can be, where no rule of the protocol imputes it; blank elsewhere",
        "adt DATE Day of event, competing event or censoring",
        "adtf VARCHAR Imputed part of adt: D day, M month and day, Y all of it; blank: reported in full",
        "adtlo DATE First day adt can be, where no rule of the protocol imputes it; blank elsewhere",
        "adthi DATE Last day adt can be, where no rule of the protocol imputes it; blank elsewhere",
        "aval BIGINT Days from startdt to adt; 0 on the day of origin",
        f"avalm DOUBLE aval / {DAYS_PER_MONTH} (months)",
        "cnsr BIGINT 0 event, 1 censored, 2 competing event",
        "event BIGINT 1 event, 0 censored, 2 competing event",
        "evntdesc VARCHAR What happened on adt, or why the subject is censored",
        "unkfl VARCHAR Y where an event may have happened that no record shows for certain; blank elsewhere",
    )
    + SOURCE,
)

ADSTATE = Table(
    "adam",
    "adstate",
    "One row per multi-state model of the protocol, subject of its population and stay in a state.",
    ("study_id", "model", "subject_id", "stayn"),
    SUBJECT
    + described(
        "model VARCHAR Name of the multi-state model in protocol.yaml",
        "label VARCHAR The model in words",
        "population VARCHAR Population it is counted in",
        "origin VARCHAR Origin it is counted from",
        "startdt DATE Day 0",
        "startlo DATE First day startdt can be, where no rule of the protocol imputes it; blank elsewhere",
        "starthi DATE Last day startdt can be, where no rule of the protocol imputes it; blank elsewhere",
        "stayn BIGINT Number of the stay, 1 on day 0",
        "state VARCHAR State of the stay",
        "nextstat VARCHAR State it was left for; blank where it was not seen to end",
        "entrydt DATE Day on which the state was entered",
        "exitdt DATE Day on which it was left, or last seen",
        "exitlo DATE First day it can have been left, where no rule of the protocol imputes it; blank elsewhere",
        "exithi DATE Last day it can have been left, where no rule of the protocol imputes it; blank elsewhere",
        "entrydy BIGINT Days from startdt to entrydt",
        "exitdy BIGINT Days from startdt to exitdt",
        "evntdesc VARCHAR What ended the stay, or that it was not seen to end",
    )
    + SOURCE,
)

ADTTEALT = Table(
    "adam",
    "adttealt",
    "One row per time-to-event endpoint under another admissible definition and subject of its population.",
    ADTTE.key,
    ADTTE.columns,
)

ADAE = Table(
    "adam",
    "adae",
    "One row per adverse event, attributed to the infusion it follows.",
    ("study_id", "srcseq"),
    SUBJECT
    + described(
        "infusion_number BIGINT Infusion the event is attributed to; blank before the first infusion",
        "attribution VARCHAR site: as the site says; date: the last infusion on or before onset; bounds: the only one that onset, whose day is not known, can follow",
        "target VARCHAR Target of that infusion",
        "infusiondt DATE Date of that infusion",
        "aeterm VARCHAR Adverse event; blank where the site's word for it is not known",
        "aetext VARCHAR The site's own words",
        "astdt DATE Day of onset",
        "astdtf VARCHAR Imputed part of astdt: D day, M month and day; blank: reported in full",
        "aendt DATE Day of resolution, blank while ongoing at the data cut or not known",
        "aeongo VARCHAR Ongoing at the data cut: Y where no resolution is reported, N where it is, U where it can't be read",
        "aendtf VARCHAR Imputed part of aendt: D day, M month and day; blank: reported in full",
        "astdy BIGINT Days from the infusion to onset",
        "adurn BIGINT Days from onset to resolution",
        "atoxgr BIGINT Highest grade",
        "atoxscale VARCHAR Grading scale",
        "occurfl VARCHAR Y where the event occurred, N where the site reports that it did not (grade 0), U where its record is set aside",
        "dltfl VARCHAR Dose-limiting as the site reports it: Y, N, or U where that can't be read; blank where not reported",
        "aedecod VARCHAR Term of the trial's coding list: of the site's own words, else of aeterm; blank where the list knows neither",
        "aebodsys VARCHAR System organ class of aedecod",
        "aeserfl VARCHAR Serious: Y, N, or U where that can't be read; blank where not reported",
        "aerelfl VARCHAR Related to the CAR-T cells: Y, N, or U where that can't be read; blank where not reported",
        "organism VARCHAR Of an infection: kind of organism",
        "infsite VARCHAR Of an infection: where",
        "doubtvar VARCHAR Columns of the record whose cells are set aside, apart by blanks",
    )
    + SOURCE,
)

ADRISK = Table(
    "adam",
    "adrisk",
    "One row per risk factor of the protocol and subject for whom it is known or who was exposed.",
    ("study_id", "risk_factor", "subject_id"),
    SUBJECT
    + described(
        "risk_factor VARCHAR Name of the risk factor in protocol.yaml",
        "value VARCHAR Value as recorded",
        "value_number DOUBLE The value as a number, where it is one",
        "level VARCHAR Level of the protocol the value belongs to",
        "knowndt DATE Day from which the value is known; for a time-dependent factor, the day of exposure",
    )
    + SOURCE,
)

KINETICS = described(
    "infusion_number BIGINT Infusion whose cells were measured",
    "target VARCHAR Target of that infusion",
    "assay VARCHAR How cells were measured; assays are never put together",
    "matrix VARCHAR What was sampled",
    "quantity VARCHAR Column of core.cell_kinetics that holds the result: car_t_pct, car_t_per_ul or copies_per_ug",
    "unit VARCHAR Unit of the quantity",
)

ADCKS = Table(
    "adam",
    "adcks",
    "One row per sample and quantity of CAR-T cells, by day since the infusion it belongs to.",
    ("study_id", "quantity", "srcseq"),
    SUBJECT
    + KINETICS
    + described(
        "infusiondt DATE Date of that infusion",
        "cksdt DATE Day of the sample",
        "ckdy BIGINT Days from the infusion to the sample; 0 on the day of infusion",
        "aval DOUBLE The result, in `unit`; blank where below quantification without a number",
        "quantfl VARCHAR Y where quantified, N where below quantification",
        "untildy BIGINT Day from which samples belong to what followed: next infusion or transplant",
        "untildesc VARCHAR What ended the profile: next infusion, transplant, or blank",
    )
    + SOURCE,
)

ADLB = Table(
    "adam",
    "adlb",
    "One row per laboratory result, in the standard unit of its test.",
    ("study_id", "srcseq"),
    SUBJECT
    + described(
        "paramcd VARCHAR Laboratory test",
        "matrix VARCHAR What was sampled",
        "infusion_number BIGINT Last infusion on or before the sample; blank before the first",
        "infusiondt DATE Date of that infusion",
        "adt DATE Day of the sample",
        "ady BIGINT Days from that infusion to the sample; 0 on the day of infusion",
        "aval DOUBLE The result in `avalu`; blank where the unit is unknown or not of this test",
        "avallo DOUBLE The result lies above this, in `avalu`, where a limit is all that is reported",
        "avalhi DOUBLE The result lies below this, in `avalu`, where a limit is all that is reported",
        "avalu VARCHAR Standard unit of the test",
        "anrlo DOUBLE Lower limit of normal, in `avalu`: of the record, else of its site's laboratory on that day",
        "anrhi DOUBLE Upper limit of normal, in `avalu`: of the record, else of its site's laboratory on that day",
        "lborres DOUBLE The result as sent",
        "lborresu VARCHAR The unit as sent",
    )
    + SOURCE,
)

ADGRADE = Table(
    "adam",
    "adgrade",
    "One row per adverse event and grading scale by which its findings give a grade.",
    ("study_id", "srcseq", "scale"),
    SUBJECT
    + described(
        "aeterm VARCHAR Adverse event; blank where the site's word for it is not known",
        "scale VARCHAR Grading scale the grade is derived on",
        "lowest BIGINT Lowest grade that fits the findings",
        "highest BIGINT Highest grade that fits them; above the lowest where a finding of the scale is not reported or a limit",
        "atoxgr BIGINT Grade the site reports",
        "atoxscale VARCHAR Scale of that grade",
        "agreefl VARCHAR Y or N: the reported grade fits; blank where it is on another scale or missing",
    )
    + SOURCE,
)

_PHASE = described(
    "infusion_number BIGINT Infusion after which counts are graded",
    "infusiondt DATE Date of that infusion",
    "scheme VARCHAR Scheme of grades: ICAHT (neutrophils), T-ICAHT (platelets)",
    "phase VARCHAR Phase: early or late",
    "paramcd VARCHAR Count that is graded",
)
_OF_PHASE = described(
    "startdt DATE First day of the phase",
    "enddt DATE Last day of the phase, or of what ended it before",
    "endrsn VARCHAR What ended it: whole phase, relapse, new_therapy, transplant, next_infusion or death",
    "dayn BIGINT Days of the phase up to that day",
    "sampldn BIGINT Days with a sample that decides",
    "gapdn BIGINT Days without one, in stretches too long to be filled",
)
_TAKEN = {
    "lo": "unknown days taken for days above",
    "hi": "unknown days taken for days at or below",
    "br": "short stretches filled by a straight line, other unknown days taken for days above",
    "bh": "short stretches filled by a straight line, other unknown days taken for days at or below",
}

ADHTDAY = Table(
    "adam",
    "adhtday",
    "One row per course of CAR-T cells, scheme and phase of hematotoxicity, and limit of the count.",
    ("study_id", "subject_id", "infusion_number", "scheme", "phase", "limitn"),
    SUBJECT
    + _PHASE
    + described("limitn DOUBLE Limit of the count, in `limitu`", "limitu VARCHAR Unit of the limit")
    + _OF_PHASE
    + described(
        "belowdn BIGINT Days with a sample at or below the limit",
        *(f"day{way} BIGINT Days at or below the limit, {taken}" for way, taken in _TAKEN.items()),
        *(f"run{way} BIGINT Days of the longest stretch of them, {taken}" for way, taken in _TAKEN.items()),
        *(f"never{way} VARCHAR Never recovered above the limit: Y or N, {taken}" for way, taken in _TAKEN.items()),
    )
    + SOURCE,
)

ADHT = Table(
    "adam",
    "adht",
    "One row per course of CAR-T cells, scheme and phase of hematotoxicity.",
    ("study_id", "subject_id", "infusion_number", "scheme", "phase"),
    SUBJECT
    + _PHASE
    + described(
        "grade BIGINT Grade, 0 for none; blank where stretches without samples leave it open",
        "lowest BIGINT Lowest grade that fits the samples alone",
        "highest BIGINT Highest grade that fits them, days without a sample at their worst",
    )
    + _OF_PHASE
    + described(
        "nadir DOUBLE Lowest count of the phase, or its limit of detection, in `nadiru`",
        "nadiru VARCHAR Unit of the lowest count",
        "nadirdt DATE Day of the lowest count",
    )
    + SOURCE,
)

ADCYTO = Table(
    "adam",
    "adcyto",
    "One row per course of CAR-T cells, day after it asked about, and blood count, and one for any of them.",
    ("study_id", "subject_id", "infusion_number", "askdy", "paramcd"),
    SUBJECT
    + described(
        "infusion_number BIGINT Infusion the day is counted from",
        "infusiondt DATE Day of that infusion",
        "askdy BIGINT Day after the infusion asked about",
        "askdt DATE That day; blank where the day of infusion is not known",
        "paramcd VARCHAR neutrophils, platelets, hemoglobin, or any (of those asked for)",
        "state VARCHAR severe, recovered, unknown or not at risk",
        "statecd VARCHAR Why unknown: day_0, at_risk (a record leaves open whether it ended), no_sample, transfused. Why not at risk: relapse, new_therapy, transplant, next_infusion, death, follow_up; blank for the other states",
        "limitn DOUBLE Limit: a count below it is severe; blank of any",
        "limitu VARCHAR Unit of the limit",
        "adt DATE Day of the sample that decides; blank of any",
        "aval DOUBLE Its count, in `limitu`",
        "avallo DOUBLE Of a count reported as a limit, above which it lies",
        "avalhi DOUBLE Of a count reported as a limit, below which it lies",
    )
    + SOURCE,
)

ADCARE = Table(
    "adam",
    "adcare",
    "One row per course of CAR-T cells, period after it, and treatment or stay asked for.",
    ("study_id", "subject_id", "infusion_number", "period", "treatment"),
    SUBJECT
    + described(
        "infusion_number BIGINT Infusion the period is counted from",
        "infusiondt DATE Day of that infusion",
        "period VARCHAR Period, by its first and last day; without a last one until follow-up ends",
        "treatment VARCHAR Treatment or stay",
        "state VARCHAR given, none on record (which says nothing where the site sends no such records), unknown or not at risk",
        "statecd VARCHAR Why unknown: day_0, undated (no last day, or an unknown day), unnamed (a treatment nobody can name), set_aside (a record), adverse_event (one needed it), follow_up (it ended within the period); blank for the other states",
        "sentfl VARCHAR Y where the site ever sent a record of it, of whomever; else N",
        "astdt DATE First day on which it was given, of what was given in the period",
        "recordn BIGINT Records of what was given for certain in the period",
        "daylo BIGINT Of a stay: days of the period spent there for certain",
        "dayhi BIGINT Of a stay: days of the period spent there at most",
    )
    + SOURCE,
)

ADTIME = Table(
    "adam",
    "adtime",
    "One row per happening of a subject that the protocol has put on the time axis, dated or not.",
    ("study_id", "subject_id", "kind", "srcdom", "srcseq"),
    SUBJECT
    + described(
        f"kind VARCHAR Kind of happening: {', '.join(AXIS_KINDS)}",
        "what VARCHAR Its code: target of the product, regimen, adverse event, treatment, response, kind of transplant, site of relapse, cause of death; blank where not known",
        "detail VARCHAR What is known beside it: the site's own words of an adverse event or treatment, residual disease at a response",
        "number DOUBLE Infusion: its number; adverse event: its highest grade; blank where not known",
        "scale VARCHAR Grading scale of that grade",
        "occurfl VARCHAR N where the site reports that it did not occur, U where its record is set aside; else Y",
        "startdt DATE Day of it, or of its onset; blank where not known",
        "startdtf VARCHAR Imputed part of that day: D day, M month and day, Y all of it; blank: reported in full",
        "enddt DATE Last day of it, up to the data cut; blank where it has none, is ongoing, or none is reported",
        "ongofl VARCHAR Y where it had not ended, or no end is reported, by the data cut; blank for what has no end",
        "startdy BIGINT Days from the first infusion to startdt; 0 on the day of infusion",
        "enddy BIGINT Days from the first infusion to enddt",
    )
    + SOURCE,
)

ADCAL = Table(
    "adam",
    "adcal",
    "One row per contact of long-term follow-up and subject who received the infusion it is counted from.",
    ("study_id", "subject_id", "visitn"),
    SUBJECT
    + described(
        "visitn BIGINT Number of the contact, in order",
        "months BIGINT Calendar months after the infusion",
        "infusion_number BIGINT Infusion it is counted from",
        "infusiondt DATE Date of that infusion",
        "duedt DATE Day it is due",
        "opendt DATE First day that counts",
        "closedt DATE Last day that counts",
        "seendt DATE Contact held in these days, the nearest to duedt; blank where none is known",
        f"state VARCHAR As known on knowndt: {', '.join(CONTACT_STATES)}",
        "nextfl VARCHAR Y for the subject's next contact, of those due or later; blank elsewhere",
        "endrsn VARCHAR Why it is not owed: death, withdrew or end of study",
        "enddt DATE Day of that",
        "unkfl VARCHAR Y where it is not known whether the subject died, so that it may not be owed; blank elsewhere",
        "knowndt DATE Last day of which is known: of the site's last export, or the data cut before it",
    )
    + SOURCE,
)

ADV2V = Table(
    "adam",
    "adv2v",
    "One row per enrolled subject and infusion whose product the protocol follows.",
    ("study_id", "subject_id", "infusion_number"),
    SUBJECT
    + described(
        "infusion_number BIGINT Infusion the product is for",
        "enrldt DATE Date of enrollment",
        "aphdt DATE Day the cells were collected",
        "reldt DATE Day the product was released",
        "infusiondt DATE Date of that infusion",
        "state VARCHAR infused, not infused or waiting",
        "dsreas VARCHAR Why it was not given",
        "bridgdt DATE Day bridging began",
        "bridgfl VARCHAR Y where bridging is reported; blank elsewhere",
        "specfl VARCHAR Product within its release specification: Y or N",
        "attemptn BIGINT How often a product was made until this one",
        "viab DOUBLE Living cells of the product (%)",
        "tran DOUBLE T cells of the product with the receptor (%)",
        "vcn DOUBLE Vector copies per cell that carries the receptor",
        "cd4 DOUBLE CD4 cells among the T cells of the product (%)",
        "memory DOUBLE Naive and central memory cells among them (%)",
        "respfl VARCHAR Responder as the protocol defines it: Y, N or U (unknown); blank without a window",
        "enaphdy BIGINT Days from enrollment to collection; blank where not known or negative, as the others",
        "aphreldy BIGINT Days from collection to release",
        "relinfdy BIGINT Days from release to infusion",
        "aphinfdy BIGINT Days from collection to infusion: vein to vein",
        "eninfdy BIGINT Days from enrollment to infusion",
    )
    + SOURCE,
)

_SCORE = described(
    "infusion_number BIGINT Infusion the score goes with",
    "score VARCHAR Score, by its paper",
    "moment VARCHAR Day it is of: lymphodepletion, infusion, day n, or days from to",
)

ADSCITEM = Table(
    "adam",
    "adscitem",
    "One row per course of CAR-T cells, score asked for, item of it and laboratory test.",
    ("study_id", "subject_id", "infusion_number", "score", "moment", "item", "paramcd"),
    SUBJECT
    + _SCORE
    + described(
        "item VARCHAR Item of the score",
        "paramcd VARCHAR Laboratory test",
        "resultn BIGINT Results that count; 0 where there is none, so that the item is open",
        "valuelo DOUBLE Least value of these results, in `avalu`: of one below a limit 0",
        "valuehi DOUBLE Greatest value of these results, in `avalu`; blank where one is only known to lie above a limit, or there is none",
        "avalu VARCHAR Standard unit of the test",
        "adt DATE Day of the result that decides",
        "pointlo BIGINT Points that the results have for certain",
        "pointhi BIGINT Points they may have",
    )
    + SOURCE,
)

ADSCORE = Table(
    "adam",
    "adscore",
    "One row per course of CAR-T cells and score asked for.",
    ("study_id", "subject_id", "infusion_number", "score", "moment"),
    SUBJECT
    + _SCORE
    + described(
        "refdt DATE Day it is counted from: first day of lymphodepletion, or day of infusion; blank where not known",
        "aval DOUBLE The score; blank where what is not known leaves it open",
        "lowest DOUBLE Lowest score that fits what is known; blank where there is none",
        "highest DOUBLE Highest score that fits what is known; blank where there is none",
        "avalcat1 VARCHAR high or low; for IEC-HS signs present or absent (ferritin and at least one more); blank where open or without groups",
        "itemn BIGINT Items of the score",
        "openn BIGINT Items without a result that decides",
        "openvar VARCHAR These items, apart by commas",
    )
    + SOURCE,
)

ADORPHAN = Table(
    "adam",
    "adorphan",
    "One row per record that belongs to no subject's figures, since nobody can know whose it is, or whether the infusion was given.",
    ("study_id", "srcdom", "srcseq"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "subject_id VARCHAR Id under which it came, which is that of no known subject unless the record is an infusion",
    )
    + described(
        "infusion_number BIGINT Infusion it names",
        "aeterm VARCHAR Adverse event; blank for other records, and where the site's word for it is not known",
        "aliken BIGINT Known subjects whose id is like it; their own figures say what it leaves unknown",
        "rown BIGINT Rows that tell of it: under an id that can't be read each may be of another subject",
    )
    + SOURCE,
)

ADCK = Table(
    "adam",
    "adck",
    "One row per parameter of cellular kinetics, subject, infusion, assay, matrix and quantity.",
    ("study_id", "subject_id", "infusion_number", "assay", "matrix", "quantity", "paramcd"),
    SUBJECT
    + KINETICS
    + described(
        "paramcd VARCHAR cmax, tmax, auc, clast, tlast, thalf or persist",
        "param VARCHAR The parameter in words, with its window and method",
        "aval DOUBLE Its value, in `avalu`; blank where not estimable",
        "avalu VARCHAR Unit of the value",
        "cnsr BIGINT persist: 1 where cells were still detectable in the last sample, else 0; blank for the others",
        "nsamp BIGINT Samples of the profile after the rule for values below quantification",
        "status VARCHAR estimated or not estimable",
        "note VARCHAR Why it is not estimable, or how it was computed",
        "notecd VARCHAR Reason of the note, of the closed list in schemas/reasons.py; empty for none",
        "notearg VARCHAR What that reason is filled with, as JSON",
    ),
)

# In the order in which they are built: each uses only core and those before it.
ADAM = (
    ADEX,
    ADDS,
    ADLB,
    ADGRADE,
    ADRS,
    ADORIGIN,
    ADEVENT,
    ADSL,
    ADPOP,
    ADTTE,
    ADSTATE,
    ADAE,
    ADTIME,
    ADCAL,
    ADSCITEM,
    ADSCORE,
    ADV2V,
    ADRISK,
    ADCKS,
    ADHTDAY,
    ADHT,
    ADCYTO,
    ADCARE,
    ADORPHAN,
)

# Computed from those by transforms.analyses, since no SQL reads as well as the rules of kinetics; and adtte once more
# under the definitions of transforms.definitions_beside.
ADAM_COMPUTED = (ADCK, ADTTEALT)
