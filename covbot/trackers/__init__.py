"""Where bugs live: each module or folder is one kind of tracker, all behind the same port."""
