"""Classes of death after cells: of the disease, or non-relapse, by what the main cause is laid to.

The order is that of a table. Who dies after a relapse died of it, whatever came in between.
Source: EBMT, How do I report patients treated with CAR-T cells, part 4 (main cause of death: relapse, cellular therapy, transplant,
other, unknown). An infection or an organ failure can be laid to either treatment, or to none: exports do not say, so each is a class.
"""

from __future__ import annotations

from typing import Final

from schemas.codelists import DEATH_CAUSE

# The section of results.
SECTION: Final = "deaths"
RELAPSE, UNKNOWN_CLASS = "after_relapse", "class_unknown"
# Main cause, as sites report it, by class; each cause in one.
CAUSES: Final = {
    RELAPSE: ("leukemia",),
    "cell_therapy": ("CRS", "ICANS"),
    "transplant_related": ("GVHD", "transplant-related"),
    "of_infection": ("infection",),
    "of_organ_failure": ("organ failure",),
    "other_cause": ("other",),
    UNKNOWN_CLASS: ("unknown",),
}
CLASS_OF: Final = {cause: name for name, causes in CAUSES.items() for cause in causes}
# Non-relapse mortality is these.
NON_RELAPSE: Final = tuple(name for name in CAUSES if name not in (RELAPSE, UNKNOWN_CLASS))
# A cause without a class would be a death lost in silence.
if CLASS_OF.keys() != DEATH_CAUSE.codes.keys():
    raise ValueError("each cause of death needs one class")
