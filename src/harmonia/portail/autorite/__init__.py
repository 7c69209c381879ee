"""The pages of the authority that both doors have: collections, organisations, team; one module each."""
