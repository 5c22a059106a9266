"""The output of commands: tables, sentences and JSON."""
