"""Bytes of a coverage file -> `Report`: Cobertura XML, coverage.py's JSON, LCOV; all else is refused by name."""
