"""Cobertura XML."""
