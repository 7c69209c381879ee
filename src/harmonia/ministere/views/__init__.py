"""The pages of the ministry's people; one module per subject."""
