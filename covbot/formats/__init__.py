"""Bytes of a coverage file -> `Report`: Cobertura XML, plain or packed by gzip or xz; everything else is refused by name."""
