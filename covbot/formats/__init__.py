"""Bytes of a coverage file -> `Report`: Cobertura XML, plain or packed by gzip or xz; all else is refused by name."""
