"""What parts of a protocol are called by."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from schemas.errors import UsageError

# A name of a study, site or definition is also one of a folder, an address and a key: nothing in it has to be escaped anywhere.
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
# Within the name of a parameter of adam.adtte that is no endpoint of the protocol itself, but follows from a part of it.
WITHIN = "."
InfusionNumber = Annotated[int, Field(ge=1, le=9)]
_IDENTIFIER: TypeAdapter[str] = TypeAdapter(Identifier)


def refuse_bad_name(what: str, name: str) -> None:
    """See that a name a person gives is an identifier. what: the option or argument it was given as.

    Raises
    ------
    UsageError: it is none.
    """
    try:
        _IDENTIFIER.validate_python(name)
    except ValidationError:
        raise UsageError(
            f"{what} {name}: expected small letters, digits and _, beginning with a letter, 60 at most, such as bj_children"
        ) from None
