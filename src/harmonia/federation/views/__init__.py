"""The pages of the federation's people; one module per subject."""
