"""What a tracker holds, what may be done to it, and what covbot remembers of it."""
