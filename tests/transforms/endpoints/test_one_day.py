"""Several happenings on one day: one order in every endpoint, so that no subject has two first events."""

from __future__ import annotations

from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.transforms.endpoints.tiny_study import PROTOCOL, build_tiny_study, endpoint_rows

INFUSED = "infusion subject_id infusion_number infusion_date target\na 1 0 CD19\n\n"
ENDPOINTS = {
    **PROTOCOL["endpoints"],
    "nrm": {"label": "NRM", "kind": "nrm", "population": "infused", "origin": "infusion_1", "event": ["death"],
            "competing": ["relapse"]},
}  # fmt: skip


def test_relapse_and_death_on_one_day_is_a_relapse_in_cir_nrm_and_lfs() -> None:
    study = build_tiny_study(
        INFUSED + "relapse subject_id relapse_date\na 70\n\ndeath subject_id death_date\na 70", endpoints=ENDPOINTS
    )
    found = {name: endpoint_rows(study, name)["a"] for name in ("cir", "nrm", "lfs", "os")}
    assert found["cir"] == (70, 1, "Relapse")
    assert found["nrm"] == (70, 2, "Relapse")
    assert found["lfs"] == (70, 1, "Relapse")
    assert found["os"] == (70, 1, "Death")


def test_what_a_sample_of_that_day_shows_comes_before_relapse() -> None:
    loss: dict[str, Any] = {"label": "Loss of CAR-T cells", "kind": "recovery", "population": "infused", "origin": "infusion_1",
                            "event": ["car_t_loss"], "competing": ["relapse", "death"]}  # fmt: skip
    study = build_tiny_study(
        INFUSED
        + "relapse subject_id relapse_date\na 70\n\nmilestone subject_id milestone milestone_date\na CAR-T_loss 70",
        endpoints={"loss": loss},
    )
    assert endpoint_rows(study, "loss")["a"][:2] == (70, 1)


def test_no_response_and_death_on_one_day_is_no_response() -> None:
    study = build_tiny_study(
        INFUSED + "response subject_id assessment_date response\na 28 NR\n\ndeath subject_id death_date\na 28"
    )
    assert endpoint_rows(study, "efs")["a"] == (28, 1, "No response to infusion 1: NR")


def test_transplant_as_event_on_the_day_of_death_is_death() -> None:
    lfs = {**PROTOCOL["endpoints"]["lfs"], "transplant": "event"}
    study = build_tiny_study(
        INFUSED + "transplant subject_id transplant_date\na 70\n\ndeath subject_id death_date\na 70",
        endpoints={"lfs": lfs},
    )
    assert endpoint_rows(study, "lfs")["a"] == (70, 1, "Death")


# Few days, so that many happen on one.
DAY = st.integers(0, 6)
COURSE = st.fixed_dictionaries(
    {
        "relapses": st.lists(DAY, max_size=2, unique=True),
        "death": st.none() | DAY,
        "contact": DAY,
        "transplant": st.none() | DAY,
    }
)


def _written(courses: list[dict[str, Any]]) -> str:
    """Courses as the text tables of a study, a subject each."""
    tables: dict[str, list[str]] = {
        "infusion subject_id infusion_number infusion_date target": [],
        "relapse subject_id relapse_date": [],
        "death subject_id death_date": [],
        "transplant subject_id transplant_date": [],
        "follow_up subject_id contact_date": [],
    }
    infusion, relapse, death, transplant, contact = tables.values()
    for place, course in enumerate(courses):
        infusion.append(f"s{place} 1 0 CD19")
        contact.append(f"s{place} {course['contact']}")
        relapse += [f"s{place} {day}" for day in course["relapses"]]
        death += [f"s{place} {course['death']}"] if course["death"] is not None else []
        transplant += [f"s{place} {course['transplant']}"] if course["transplant"] is not None else []
    return "\n\n".join("\n".join([header, *rows]) for header, rows in tables.items() if rows)


# A study is a second's work: a counterexample is shown as it was found.
@settings(max_examples=6, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    courses=st.lists(COURSE, min_size=30, max_size=60),
    transplant=st.sampled_from(["ignore", "censor"]),
)
def test_relapse_and_death_in_remission_add_up_to_leukemia_free_survival(
    courses: list[dict[str, Any]], transplant: str
) -> None:
    """A law over random courses: one of cir and nrm has an event just where lfs has one, on the same day."""
    endpoints = {name: {**ENDPOINTS[name], "transplant": transplant} for name in ("cir", "nrm", "lfs")}
    with build_tiny_study(_written(courses), endpoints=endpoints) as study:
        cir, nrm, lfs = (endpoint_rows(study, name) for name in ("cir", "nrm", "lfs"))
    assert lfs.keys() == cir.keys() == nrm.keys()
    for subject, (day, event, _) in lfs.items():
        relapsed, died = cir[subject][1] == 1, nrm[subject][1] == 1
        assert not (relapsed and died)
        assert (relapsed or died) == (event == 1)
        assert cir[subject][0] == nrm[subject][0] == day
