"""Thirty patients as trials really have them: who is counted, from when, and what ends it.

Each line is the course of one patient and, worked out by hand from what the protocol means, the outcome of each endpoint. It is held
against the tables built from the study's exports, and against the line's own records through the same SQL.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from flows.settings import REPOSITORY
from flows.study.contracts import broken_timelines
from schemas.protocol import Protocol
from schemas.protocol.timelines import Expected, outcome_text, parse_timelines
from schemas.yaml_file import load_yaml
from tests.studies.built import built
from tests.synthetic import demo_hard_cases
from transforms.timelines import broken_lines

STUDY = "demo_hard_cases"
FOLDER = REPOSITORY / "studies" / STUDY

CASES = """
# HC-01 never infused: progression
d-14 enrolled | d-12 apheresis | d-10 bridging | d5 not infused progression | d20 death leukemia
  => os_enrolled: death 34; os: not in population; efs: not in population; lfs: not in population; response: not in population

# HC-02 never infused: manufacturing failure
d-14 enrolled | d-12 apheresis | d10 not infused manufacturing failure | d120 last contact
  => os_enrolled: censored 134 at last contact; os: not in population; efs: not in population; response: not in population

# HC-03 never infused: death
d-14 enrolled | d-12 apheresis | d-2 death infection | d-2 not infused death
  => os_enrolled: death 12; os: not in population; efs: not in population; response: not in population

# HC-04 death on day 3
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d1 CRS grade 5 ASTCT 2019 | d3 death CRS
  => os_enrolled: death 17; os: death 3; efs: death 3; lfs: not in population; cir: not in population; response: NE

# HC-05 death on day 25, not assessed
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d2..9 CRS grade 3 ASTCT 2019 | d25 death infection
  => os: death 25; efs: death 25; lfs: not in population; nrm: not in population; response: NE

# HC-06 death on day 40, in remission
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d28 CR MRD- | d40 death infection
  => os: death 40; efs: death 40; lfs: death 40; cir: competing death 40; nrm: death 40; response: CR MRD-

# HC-07 remission, transplant, relapse, death
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d1..5 CRS grade 2 Lee 2014 | d28 CR MRD- | d95 transplant
  | d210 relapse marrow morphologic CD19+ | d260 death leukemia
  => os: death 260; efs: relapse 210; lfs: relapse 210; lfs_censored: censored 95 at transplant; cir: relapse 210
  ; nrm: competing relapse 210; response: CR MRD-

# HC-08 antigen-negative relapse, then another product
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d28 CR MRD- | d120 relapse marrow morphologic CD19-
  | d150 CD22 infusion 2 dose 10 | d178 CR MRD- | d400 remission
  => os: censored 400 at last contact; efs: relapse 120; lfs: relapse 120; cir: relapse 120
  ; response 1: CR MRD-; response 2: CR MRD-

# HC-09 relapse of MRD first, then overt
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d28 CR MRD- | d90 MRD relapse marrow CD19+
  | d120 relapse marrow morphologic CD19+ | d400 last contact
  => os: censored 400; efs: relapse 90; lfs: relapse 90; cir: relapse 90; cir_overt: overt relapse 120; nrm: competing relapse 90

# HC-10 lost before day 30
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d20 last contact | d200 lost to follow-up
  => os: censored 20 at last contact; efs: censored 20 at last contact; lfs: not in population; response: NE

# HC-11 death known to the month
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d28 CR MRD- | d100 remission | 2023-05 death infection
  => os: death 120..150; efs: death 120..150; lfs: death 120..150; cir: competing death 120..150; nrm: death 120..150

# HC-12 two products on one day are one course
d-14 enrolled | d-7 apheresis | d0 CD19 infusion 1 dose 10 | d0 CD22 infusion 2 dose 10 | d28 CR MRD- | d300 remission
  => os: censored 300; efs: censored 300; lfs: censored 300; response 1: CR MRD-; response 2: not in population

# HC-13 a product split over three days is one course
d-14 enrolled | d-7 apheresis | d0 CD19 infusion fraction 1 dose 10 10% | d1 CD19 infusion fraction 2 dose 10 30%
  | d2 CD19 infusion fraction 3 dose 10 60% | d28 CR MRD- | d300 remission
  => os: censored 300; efs: censored 300; lfs: censored 300; response 1: CR MRD-; response 2: not in population

# HC-14 remission by bridging, before the infusion
d-14 enrolled | d-10 bridging | d-3 CR MRD+ | d0 CD19 infusion dose 10 | d28 CR MRD- | d250 remission
  => os: censored 250; efs: censored 250; lfs: censored 250; cir: censored 250; response: CR MRD-

# HC-15 extramedullary relapse alone
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d28 CR MRD- | d150 extramedullary relapse imaging | d300 last contact
  => os: censored 300; efs: relapse 150; lfs: relapse 150; cir: relapse 150; cir_overt: overt relapse 150

# HC-16 remission with residual disease
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d28 CR MRD+ | d90 remission
  => os: censored 90; efs: censored 90; lfs: censored 90; response: CR MRD+

# HC-17 assessed out of the window only
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d60 CR MRD- | d200 remission
  => os: censored 200; efs: censored 200; lfs: not in population; cir: not in population; response: NE

# HC-18 no response early, then new therapy
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d14 NR | d20 new therapy "blinatumomab" | d200 last contact
  => os: censored 200; efs: no response 14; lfs: not in population; response: NE

# HC-19 partial remission, then complete
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d28 PR | d42 CR MRD- | d200 remission
  => os: censored 200; efs: censored 200; lfs: censored 200; response: CR MRD-

# HC-20 second malignancy, death of it in remission
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d28 CR MRD-
  | d300 other adverse event "myelodysplastic syndrome" grade 4 CTCAE 5 | d420 death other
  => os: death 420; efs: death 420; lfs: death 420; cir: competing death 420; nrm: death 420

# HC-21 consent withdrawn; a registry knows more
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d28 CR MRD- | d100 CR MRD- | d100 withdrew consent covering nothing
  | d180 relapse marrow morphologic CD19+ | d250 death leukemia
  => os: censored 100; efs: censored 100; lfs: censored 100; cir: censored 100

# HC-22 another product than planned
d-14 enrolled | d-7 apheresis | d0 CD22 infusion 1 dose 10 | d28 CR MRD- | d200 remission
  => os: censored 200; os_per_protocol: not in population; efs: censored 200; lfs: censored 200; response: CR MRD-

# HC-23 enrolled twice: screened again before treatment
d-60..-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d28 CR MRD- | d200 remission
  => os_enrolled: censored 214..260; os: censored 200; lfs: censored 200; response: CR MRD-

# HC-24 relapse and death after the data cut
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d28 CR MRD- | d500 remission | d560 relapse marrow morphologic CD19+
  | d600 death leukemia | d546 data cut
  => os: censored 546 at last contact; efs: censored 546; lfs: censored 546; cir: censored 546

# HC-25 relapse and death on one day
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d28 CR MRD- | d150 relapse marrow morphologic CD19+ | d150 death leukemia
  => os: death 150; efs: relapse 150; lfs: relapse 150; cir: relapse 150; nrm: competing relapse 150

# HC-26 marrow not examined, blood without blasts
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d28 response unknown | d200 last contact
  => os: censored 200; efs: unknown 0..200; lfs: unknown; response: unknown

# HC-27 the second infusion alone on record
d-14 enrolled | d0 CD22 infusion 2 dose 10 | d28 CR MRD- after infusion 2 | d200 remission
  => os: not in population; efs: not in population; response 1: not in population; response 2: CR MRD-

# HC-28 remission with incomplete recovery that lasts
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d28 CRi MRD- | d365 remission
  => os: censored 365; efs: censored 365; lfs: censored 365; cir: censored 365; nrm: censored 365; response: CRi MRD-

# HC-29 no response, death
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d28 NR | d90 death leukemia
  => os: death 90; efs: no response 28; lfs: not in population; cir: not in population; response: NR

# HC-30 relapse of the central nervous system
d-14 enrolled | d-7 apheresis | d0 CD19 infusion dose 10 | d3..8 ICANS grade 2 ASTCT 2019 | d28 CR MRD-
  | d180 CNS relapse CD19 dim | d400 last contact
  => os: censored 400; efs: relapse 180; lfs: relapse 180; cir: relapse 180; nrm: competing relapse 180
"""

ALL = {demo_hard_cases.patient_of(timeline): timeline for timeline in parse_timelines(CASES)}
EXPECTED = [
    pytest.param(
        patient, expected, id=f"{timeline.title}, {expected.endpoint} {expected.infusion or ''}".strip(),
    )
    for patient, timeline in ALL.items()
    for expected in timeline.expected
]  # fmt: skip


@cache
def protocol() -> Protocol:
    return load_yaml(FOLDER / "protocol.yaml", Protocol)


@cache
def by_exports() -> dict[tuple[str, Expected], str]:
    """What the tables built from the exports give otherwise, by patient and expectation."""
    broken = broken_lines(
        protocol(), {f"{demo_hard_cases.SITE}-{name}": line for name, line in ALL.items()}, built(STUDY)
    )
    return {(demo_hard_cases.patient_of(one.timeline), one.expected): outcome_text(one.got) for one in broken}


@cache
def by_lines() -> dict[tuple[str, Expected], str]:
    """The same of the records that the lines tell."""
    broken = broken_timelines(protocol(), list(ALL.values()))
    return {(demo_hard_cases.patient_of(one.timeline), one.expected): outcome_text(one.got) for one in broken}


@pytest.mark.parametrize(("patient", "expected"), EXPECTED)
def test_the_exports_give_what_the_course_means(patient: str, expected: Expected) -> None:
    got = by_exports().get((patient, expected))
    assert got is None, f"expected {outcome_text(expected.outcome)}; got {got}"


@pytest.mark.parametrize(("patient", "expected"), EXPECTED)
def test_the_line_itself_gives_it_too(patient: str, expected: Expected) -> None:
    got = by_lines().get((patient, expected))
    assert got is None, f"expected {outcome_text(expected.outcome)}; got {got}"


def test_the_readme_names_every_patient_and_says_first_that_they_are_synthetic() -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    assert "synthetic" in text.splitlines()[0]
    assert [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| HC-")] == list(ALL)


def test_the_generator_writes_what_is_committed(tmp_path: Path) -> None:
    demo_hard_cases.write(tmp_path, list(ALL.values()))
    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.csv")}
    landing = FOLDER / "landing"
    assert written == {path.relative_to(landing): path.read_bytes() for path in landing.rglob("*") if path.is_file()}


if __name__ == "__main__":
    demo_hard_cases.write(FOLDER / "landing", list(ALL.values()))
