"""What a person sees: Chromium against a portal that really runs."""
