"""The git repository of a project: source texts, line maps, renames and history."""
