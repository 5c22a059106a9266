"""How a build comes in: fetched, placed in the tree of its commit, held against its source, judged and recorded."""
