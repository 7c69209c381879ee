"""Values to documents: reports as text, JSON, HTML and CSV, explanations, printed forms."""
