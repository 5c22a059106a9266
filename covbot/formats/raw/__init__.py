"""Raw bytes of a report: detect their kind, decompress and decode them."""
