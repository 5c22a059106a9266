"""The cyclomatic complexity (McCabe) of each function of a source text."""

from __future__ import annotations

from covbot.core.source import parsing


def measure_complexity(source: str) -> dict[str, int]:
    """Return the complexity of functions and methods, 1 or more, by qualified name.

    The mapping is empty if the text cannot be parsed or is nested too deeply.
    """
    import mccabe  # noqa: PLC0415 -- most passes file no bug and never need it

    visitor = mccabe.PathGraphingAstVisitor()
    try:
        visitor.preorder(parsing.parse(source).tree, visitor)
    except RecursionError:
        return {}
    return {name: graph.complexity() for name, graph in visitor.graphs.items()}
