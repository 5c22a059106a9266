"""From proposals to a capped plan."""
