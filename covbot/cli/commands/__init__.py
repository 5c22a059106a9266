"""The commands of `covbot`, one module each."""
