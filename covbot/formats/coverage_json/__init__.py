"""coverage.py's JSON reports."""
