"""The door of the federation, Harmonia.coop: what its analysts see."""
