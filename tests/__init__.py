"""The tests of the house; see `docs/architecture.md` for what proves what."""
