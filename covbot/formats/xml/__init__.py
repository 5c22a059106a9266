"""XML independent of any format: limits, the prolog and the stream of tags."""
