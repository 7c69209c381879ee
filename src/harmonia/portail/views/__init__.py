"""The pages of an organisation's dossier; one module per page."""
