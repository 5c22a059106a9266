"""The command line: one small module for each command, which imports what it needs when it runs."""
