"""coverage.py's own data files."""
