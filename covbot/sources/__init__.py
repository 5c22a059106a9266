"""The sources of builds: one adapter of `ports.Source` for each kind."""
