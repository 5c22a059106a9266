"""Where bugs live: adapters of the port `Tracker`."""
