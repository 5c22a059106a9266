"""The tasks that volunteers can pick, and their order."""
