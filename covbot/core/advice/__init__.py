"""Why lines never ran, and where a test for them fits."""
