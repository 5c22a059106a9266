"""The mapping of the lines of one source tree to the lines of another."""
