"""What organisations see, on both doors: home, tables, verification, import, validation."""
