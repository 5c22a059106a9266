"""XML before any format: limits, the prolog and the stream of tags."""
