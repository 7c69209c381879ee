"""The forms of the ministry's own pages."""

from __future__ import annotations

from django import forms

from harmonia.transmissions.models import Nature
from harmonia.transmissions.pieces import MAX_RESERVE


class PieceForm(forms.Form):
    """A document that goes along with the transmission."""

    nature = forms.ChoiceField(label="Quelle pièce", choices=Nature.choices)
    document = forms.FileField(
        label="Le fichier",
        help_text="PDF, image, classeur, texte ; 10 Mo au plus.",
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )


class ReserveForm(forms.Form):
    """Under what reserve the dossier is transmitted; nothing: without."""

    reserve = forms.CharField(
        label="Réserve",
        required=False,
        max_length=MAX_RESERVE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Par exemple : « Comptes non encore approuvés ». Vide : sans réserve.",
    )
