"""Yearly collections: their exercice, form, dates and messages; one calendar for everything that follows."""
