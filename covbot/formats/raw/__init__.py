"""Detect the kind of a report's raw bytes, decompress and decode them."""
