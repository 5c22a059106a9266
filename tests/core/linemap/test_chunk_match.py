"""Equal chunks are paired by their class and text, whatever their class is called now."""

from __future__ import annotations

from textwrap import dedent

from covbot.core.linemap import chunk_match
from covbot.core.source import chunks


def test_a_method_is_the_same_only_in_a_class_of_the_same_name() -> None:
    text = dedent("""\
        class A:
            def f(self):
                return 1
        """)
    assert chunk_match.pair_chunks(chunks.split_chunks(text), chunks.split_chunks(text), {}) == [(0, 0), (1, 1)]
    renamed = chunks.split_chunks(text.replace("A", "B"))
    assert chunk_match.pair_chunks(chunks.split_chunks(text), renamed, {}) == []
    assert chunk_match.pair_chunks(chunks.split_chunks(text), renamed, {"A": "B"}) == [(1, 1)]


def test_repeated_chunks_are_not_paired() -> None:
    before, after = chunks.split_chunks("a = 1\nb = 1\na = 1\n"), chunks.split_chunks("b = 1\na = 1\n")
    assert chunk_match.pair_chunks(before, after, {}) == [(1, 0)]


def test_classes_that_changed_names_are_known_by_their_members() -> None:
    one = "class A:\n    def f(self):\n        return 1\n    def g(self):\n        return 2\n"
    other = "class B:\n    def f(self):\n        return 1\n    def h(self):\n        return 3\n"
    swapped = one.replace("A", "B") + other.replace("B", "A")
    before, after = chunks.split_chunks(one + other), chunks.split_chunks(swapped)
    assert chunk_match.match_classes(before, after) == {"A": "B", "B": "A"}
    assert chunk_match.match_classes(before, before) == {}
