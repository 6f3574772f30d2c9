"""The children's CAR-T cells: each product's own course, CD19 gone by flow before CD22 is given, as the letter says.

The letter prints that peaks of the two products do not go together (corr_expansion_cd19_cd22): courses of the second product
are given to the children in an order of which this is so.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tests.synthetic.kinetics import Expansion, Product, expansion, highest, samples, visits
from tests.synthetic.patient import Infusion, Patient, Sample
from tests.synthetic.printed import NotMetError, Printed, load_protocol
from transforms.printed.digits import rounding_that_gives
from transforms.statistics import NotEstimable, pearson

CORRELATION = "corr_expansion_cd19_cd22"
CD19 = Product(peak=36.0, half_life=2.9, lingering=0.003, slow_half_life=11.0)
CD22 = Product(peak=21.0, half_life=3.1, lingering=0.006, slow_half_life=15.0)
SAMPLED_IN_HOSPITAL, SAMPLED_LATER = (4, 7, 9, 11, 14, 21, 30), (60, 90)
# csf_cart_detectable: by number, on day 15 after either infusion, a share of what is in blood.
CSF_EXAMINED, CSF_DAY = (3, 8, 12), 15
ORDERS = 20_000


def give_samples(printed: Printed, children: Sequence[Patient]) -> None:
    """Put the samples of both infusions into the children's records.

    Raises
    ------
    NotMetError: no order of the second product's courses has the printed correlation of peaks.
    """
    random = Random(f"{printed.study} kinetics")
    limit = load_protocol(printed.study).kinetics.limits["car_t_pct"]
    for child in children:
        first, second = child.infusions
        before_second = second.day - 1
        course = expansion(CD19, random).gone_by(before_second, limit)
        later = (day for day in visits(SAMPLED_LATER, random) if day < before_second - 10)
        sampled = [*(day for day in (*SAMPLED_IN_HOSPITAL, *later) if day < before_second), before_second]
        first.samples = [*samples(course, sampled, limit, random), *_csf(child, course, random)]
    courses = [expansion(CD22, random) for _ in children]
    found = [
        list(samples(course, (*SAMPLED_IN_HOSPITAL, *visits(SAMPLED_LATER, random)), limit, random))
        for course in courses
    ]
    peaks = [_highest_in_blood(child.infusions[0]) for child in children]
    for child, place in zip(children, _uncorrelated(printed, peaks, found, random), strict=True):
        second = child.infusions[1]
        known = [sample for sample in found[place] if second.day + sample.day <= child.last_contact]
        second.samples = [*known, *_csf(child, courses[place], random)]


def peaks_in_blood(children: Sequence[Patient]) -> list[list[float]]:
    """Of either product, each child's highest sample of blood; 0 where nothing was quantified."""
    return [[_highest_in_blood(child.infusions[which]) for child in children] for which in (0, 1)]


def _highest_in_blood(infusion: Infusion) -> float:
    return highest([sample for sample in infusion.samples if sample.matrix == "blood"])


def _csf(child: Patient, course: Expansion, random: Random) -> list[Sample]:
    if int(child.number.removeprefix("BR")) not in CSF_EXAMINED:
        return []
    return [Sample(CSF_DAY, round(course.percent(CSF_DAY) * random.uniform(0.2, 0.6), 2), "CSF")]


def _uncorrelated(
    printed: Printed, peaks: Sequence[float], found: Sequence[Sequence[Sample]], random: Random
) -> list[int]:
    """An order of the second product's courses in which its peaks have the printed correlation with the first's."""
    says, second = printed[CORRELATION].says, [highest(samples_of_one) for samples_of_one in found]
    order = list(range(len(second)))
    for _ in range(ORDERS):
        random.shuffle(order)
        correlation = pearson(peaks, [second[place] for place in order])
        if not isinstance(correlation, NotEstimable) and rounding_that_gives(says, correlation[0].value) == "half-up":
            return order
    raise NotMetError(f"{printed.study}: {CORRELATION} is printed as {says}; no order of the courses drawn gives it")
