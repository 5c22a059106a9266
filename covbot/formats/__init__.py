"""Read the bytes of a coverage file into a `Report`.

Cobertura XML, coverage.py's JSON and data files, and LCOV are read. Any other file is rejected, and the error names it.
"""
