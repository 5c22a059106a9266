"""The rules that fuzzing checks, checked here for its seeds and for input that once broke them."""

from __future__ import annotations

import pytest

from formats import corpus
from fuzz import reading

SEEDS = {name: data for archive in reading.ARCHIVES for name, data in corpus.load(archive)[0].items()}


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_the_seeds_of_fuzzing_keep_the_rules(name: str) -> None:
    reading.check_rules(SEEDS[name])
