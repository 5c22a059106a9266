"""The migrations of the schema, one revision after another."""
