"""The rules of the trade: pure values and functions, without clock, disk, network or log."""
