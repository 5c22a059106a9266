"""LCOV tracefiles."""
