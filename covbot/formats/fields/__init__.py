"""Fields that every format has: file names, numbers, branches, functions and totals."""
