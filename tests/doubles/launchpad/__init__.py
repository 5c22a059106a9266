"""A double of Launchpad: a local server that looks like Launchpad to the real launchpadlib, and that can fail."""
