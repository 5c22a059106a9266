"""Where source text, line maps, renames and history come from: git."""
