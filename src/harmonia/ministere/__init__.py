"""The door of the ministry, Harmonia.gouv."""
