"""The stages of a pass over a project: ingest builds, update gaps and tasks, make a plan."""
