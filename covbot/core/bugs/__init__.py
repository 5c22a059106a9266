"""The bugs of a tracker: their values, the actions on them, and the record that covbot keeps of each."""
