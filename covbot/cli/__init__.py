"""The command line: one module for each verb, a few lines each; what they need is imported when they run."""
