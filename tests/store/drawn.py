"""Random values that the store may be given."""

from __future__ import annotations

from hypothesis import strategies as st

from covbot.core.lines import Lines

TEXT = st.text(st.characters(exclude_categories=()), max_size=9)
LINES = st.frozensets(st.integers(1, 300)).map(Lines.of)
COUNTS = st.integers(1, 2**31 - 1)
