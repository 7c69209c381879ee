"""Organisations, their contacts, who works for them with which profile, and the scope of each request."""
