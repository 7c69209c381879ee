"""What the tables were, version after version."""
