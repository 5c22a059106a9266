"""What the settings call the parts of a project, and what follows if they call them otherwise than before."""
