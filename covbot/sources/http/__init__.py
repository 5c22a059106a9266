"""HTTP: requests, responses and downloads."""
