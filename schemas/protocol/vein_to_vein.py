"""Vein to vein: from the collection of cells to the infusion, what failed on the way, and the product beside the outcome."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from schemas.protocol.names import InfusionNumber
from schemas.yaml_file import Part

# The section of its results.
SECTION = "vein_to_vein"
# Intervals, and attributes of a product with their unit, by their column of adam.adv2v.
INTERVALS = ("enaphdy", "aphreldy", "relinfdy", "aphinfdy", "eninfdy")
ATTRIBUTES = {"viab": "%", "tran": "%", "vcn": "copies per cell", "cd4": "%", "memory": "%"}


class VeinToVein(Part):
    """Times from collection over release to infusion, failures with their reasons, bridging, and the product's attributes by response."""

    infusions: Annotated[list[InfusionNumber], Field(min_length=1)] = Field(
        default=[1], description="Infusions whose product is followed"
    )

    @model_validator(mode="after")
    def _each_once(self) -> VeinToVein:
        if len(set(self.infusions)) < len(self.infusions):
            raise ValueError("infusions: expected each once")
        return self
