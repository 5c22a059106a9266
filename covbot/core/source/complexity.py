"""How many ways lead through each function of a source text, by McCabe's measure."""

from __future__ import annotations

from covbot.core.source import regions


def measure_complexity(source: str) -> dict[str, int]:
    """The complexity of functions and methods, from 1 on, by qualified name; nothing where it cannot be told."""
    import mccabe  # noqa: PLC0415 -- most passes file nothing, and do without it

    visitor = mccabe.PathGraphingAstVisitor()
    try:
        visitor.preorder(regions.parse_source(source), visitor)
    except RecursionError:
        return {}
    return {name: graph.complexity() for name, graph in visitor.graphs.items()}
