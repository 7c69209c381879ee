"""Small files as a browser sends them."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile


def pdf(nom: str = "note.pdf") -> SimpleUploadedFile:
    """Return what begins like a PDF."""
    return SimpleUploadedFile(nom, b"%PDF-1.7\n%fictif\n", content_type="application/pdf")
