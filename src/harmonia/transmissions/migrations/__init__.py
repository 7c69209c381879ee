"""Tables of what was transmitted."""
