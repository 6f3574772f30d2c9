"""The canonical domains: one Pandera model each, in the order in which a study reads."""

from schemas.domains.adverse_event import AdverseEvent
from schemas.domains.antigen_expression import AntigenExpression
from schemas.domains.baseline import Baseline
from schemas.domains.cell_kinetics import CellKinetics
from schemas.domains.consolidation import Consolidation
from schemas.domains.death import Death
from schemas.domains.disposition import Disposition
from schemas.domains.domain import Domain
from schemas.domains.follow_up import FollowUp
from schemas.domains.genomics import Genomics
from schemas.domains.infusion import Infusion
from schemas.domains.laboratory import Laboratory
from schemas.domains.lymphodepletion import Lymphodepletion
from schemas.domains.milestone import Milestone
from schemas.domains.relapse import Relapse
from schemas.domains.response import Response
from schemas.domains.subject import Subject
from schemas.domains.transplant import Transplant
from schemas.domains.treatment import Treatment

DOMAINS: dict[str, type[Domain]] = {
    model.domain_name(): model
    for model in (
        Subject,
        Baseline,
        Genomics,
        Lymphodepletion,
        Infusion,
        Response,
        AdverseEvent,
        Transplant,
        Consolidation,
        Treatment,
        Relapse,
        FollowUp,
        Disposition,
        Milestone,
        Death,
        CellKinetics,
        Laboratory,
        AntigenExpression,
    )
}

__all__ = ["DOMAINS", "Domain"]
