"""French formats beside those of Django."""
