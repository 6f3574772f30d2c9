"""What the software has to do: docs/requirements.yaml, each requirement with its risk and the tests that show it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.yaml_file import check_told_apart

Group = Literal[
    "reading",
    "validating",
    "nothing lost",
    "endpoints",
    "statistics",
    "publication",
    "provenance",
    "privacy",
    "service",
]


class Requirement(BaseModel):
    """One thing that the software has to do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^R-\d{3}$", description="Stays with the requirement and is not used again")
    group: Group = Field(description="Part of the pipeline")
    text: str = Field(min_length=1, description="What has to hold")
    risk: Literal["high", "medium", "low"] = Field(
        description="How bad it is, and how likely to go unseen, where it does not hold"
    )
    why: str = Field(min_length=1, description="What goes wrong then")
    tests: list[str] = Field(min_length=1, description="Files of tests, or single ones as <file>::<test>")


class Requirements(BaseModel):
    """All requirements, in the order of their ids."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    requirements: list[Requirement] = Field(min_length=1, description="Requirements")

    @model_validator(mode="after")
    def _check_ids(self) -> Requirements:
        check_told_apart("requirements", [one.id for one in self.requirements])
        return self
