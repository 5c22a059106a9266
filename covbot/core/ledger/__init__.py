"""What is known of a project, and how one more build changes it."""
