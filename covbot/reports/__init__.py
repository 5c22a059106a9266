"""The one-off report: what coverage files say, what changed against others, and what a volunteer could pick."""
