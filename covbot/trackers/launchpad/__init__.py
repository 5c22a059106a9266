"""Launchpad as a tracker, through the real launchpadlib."""
