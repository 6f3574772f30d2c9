"""Documents as pages: no line is wider than its column, no text is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from transforms.figures.canvas import width_of
from transforms.figures.document_pages import SIZE, wrapped


@given(st.lists(st.text("ab_字/", min_size=1, max_size=60), max_size=12), st.floats(0.5, 5))
def test_lines_hold_all_letters_and_are_no_wider_than_their_column(words: list[str], width: float) -> None:
    lines = wrapped(" ".join(words), width)
    assert "".join("".join(line.split()) for line in lines) == "".join(words)
    assert all(width_of(line, SIZE) <= width for line in lines)
