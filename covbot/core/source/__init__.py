"""Source text, divided into the parts that coverage and people name."""
