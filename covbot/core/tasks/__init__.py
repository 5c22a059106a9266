"""What a volunteer can pick, and in which order."""
