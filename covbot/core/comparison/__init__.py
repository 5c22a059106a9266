"""The comparison of the coverage of two builds."""
