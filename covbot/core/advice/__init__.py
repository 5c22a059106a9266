"""The reasons why lines never ran, and the places where a test for them fits."""
