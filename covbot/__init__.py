"""covbot: uncovered lines of a CI job become small, well described bugs that volunteers can pick."""
