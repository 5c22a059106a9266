"""The commands by which a person judges builds."""
