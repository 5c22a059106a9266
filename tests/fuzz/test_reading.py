"""The rules that fuzzing holds, held here for what it begins with and for what once broke them."""

from __future__ import annotations

import pytest

from formats import corpus
from fuzz import reading

SEEDS = {name: data for archive in reading.ARCHIVES for name, data in corpus.load(archive)[0].items()}


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_what_fuzzing_begins_with_keeps_the_rules(name: str) -> None:
    reading.check_rules(SEEDS[name])
