"""A volunteer's own run against the lines of a bug."""
