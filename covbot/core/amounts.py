"""Numbers with their nouns, as a person writes them."""

from __future__ import annotations


def count(number: int, noun: str) -> str:
    """A number and its noun: `1 statement`, `1,873 statements`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
