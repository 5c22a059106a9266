"""A double of Launchpad: a server on this machine that the real launchpadlib cannot tell from it, and that can fail."""
