"""How well the screen for personal data tells texts apart: recall and precision on drawn remarks; what it misses, by kind.

`uv run python -m bench.personal_data [texts]`. The remarks are ours, so the figures say that no kind known to us is lost, not what a
hospital's own words would give.
"""

from __future__ import annotations

import sys

import polars as pl

from tests.privacy.personal_corpus import draw
from transforms.conform.personal_texts import looks_personal


def measure(count: int) -> tuple[float, float, pl.DataFrame]:
    """Recall, precision, and the texts that are told wrongly (text, personal)."""
    texts = pl.DataFrame(draw(count), schema=["text", "personal"], orient="row")
    told = texts.with_columns(found=looks_personal(texts["text"]))
    right = told.filter("personal", "found").height
    wrong = told.filter(pl.col("personal") != pl.col("found")).select("text", "personal")
    return right / told["personal"].sum(), right / told["found"].sum(), wrong


if __name__ == "__main__":
    recall, precision, wrong = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 8000)
    print(f"recall {100 * recall:.2f} %, precision {100 * precision:.2f} %")  # noqa: T201 - what it is for
    for text, personal in wrong.head(40).rows():
        print("missed:" if personal else "blanked:", text)  # noqa: T201
