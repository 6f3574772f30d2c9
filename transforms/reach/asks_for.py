"""What a rule asks a site to send that is on no record: the answer may be that it happened, on any admissible day.

Every rule over several records whose remedy begins with Send is in one of the two lists; a test looks for it.
"""

from __future__ import annotations

from schemas.codelists import COMPLETE_REMISSION

# What decides an endpoint of such a record beside its day: a column with the codes it may have, all of them where none are named. Any
# other cell stays blank.
Cells = dict[str, tuple[str, ...]]
RELAPSE: Cells = {"relapse_site": (), "detection": ()}
RESPONSE: Cells = {"response": (), "mrd_status": ()}
REMISSION: Cells = {"response": COMPLETE_REMISSION}
CRS: Cells = {"term": ("CRS",), "grade": ()}
# By rule: the domains of which a record may come.
MAY_COME: dict[str, dict[str, Cells]] = {
    "adverse_event.fatal_has_death": {"death": {}},
    "adverse_event.severe_icans_has_crs": {"adverse_event": CRS},
    "consolidation.in_remission": {"response": REMISSION},
    "death.of_gvhd_has_gvhd": {"adverse_event": {"term": ("acute GVHD", "chronic GVHD"), "grade": ()}},
    "death.of_leukemia_has_relapse": {"relapse": RELAPSE},
    "death.of_toxicity_has_event": {"adverse_event": {"term": ("CRS", "ICANS"), "grade": ()}},
    "death.of_transplant_has_transplant": {"transplant": {}},
    "follow_up.covers_every_event": {"follow_up": {"disease_status": ()}},
    "follow_up.relapsed_has_relapse": {"relapse": RELAPSE},
    "infusion.lymphodepletion_reported": {"lymphodepletion": {}},
    "relapse.after_remission": {"response": REMISSION},
    "relapse.remission_between_relapses": {"response": REMISSION},
    "response.assessed_after_infusion": {"response": RESPONSE},
    "response.loss_of_remission_is_relapse": {"relapse": RELAPSE},
    "response.residual_disease_returns": {"relapse": RELAPSE},
    "subject.still_followed": {"follow_up": {"disease_status": ()}, "relapse": RELAPSE, "death": {}},
    "treatment.antileukemic_has_leukemia": {"relapse": RELAPSE, "response": RESPONSE},
    "treatment.tocilizumab_has_toxicity": {"adverse_event": {"term": ("CRS", "ICANS"), "grade": ()}},
    # It asks about a cell of the record itself.
    "response.residual_disease_of_remission": {},
}
# An infusion, or whatever explains something, comes with so much else that its answers can't be listed.
BEYOND_A_LIST = (
    "adverse_event.of_known_infusion",
    "cell_kinetics.of_known_infusion",
    "follow_up.remission_after_relapse_explained",
    "infusion.numbers_without_gap",
    "lymphodepletion.infusion_followed",
    "record.subject_in_force",
    "response.of_known_infusion",
    "response.remission_after_relapse_explained",
    "subject.infused_or_explained",
    "subject.infusion_on_record",
    "treatment.of_known_infusion",
)
