"""Two builds beside each other."""
