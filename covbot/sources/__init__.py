"""Where builds come from."""
