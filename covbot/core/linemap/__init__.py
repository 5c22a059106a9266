"""Where each line of one tree is in another."""
