"""Where builds come from: one adapter of `ports.Source` for each kind."""
