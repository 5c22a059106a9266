"""Python source text, divided into the parts that coverage reports and people name."""
