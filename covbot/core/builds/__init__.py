"""A CI run, and whether it is trusted."""
