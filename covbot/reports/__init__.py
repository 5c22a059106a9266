"""The one-off report: the coverage of some files, its changes against others, and possible tasks for volunteers."""
