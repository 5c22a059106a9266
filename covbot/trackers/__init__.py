"""The trackers of bugs: each module or folder is one kind of tracker, all behind the same port."""
