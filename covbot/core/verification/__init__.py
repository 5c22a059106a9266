"""The verification of a volunteer's run against the lines of a bug."""
