"""The pure part: values and rules of the trade, with no clock, disk, network or log."""
