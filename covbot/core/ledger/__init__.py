"""The ledger of a project, and how it is updated by one more build."""
