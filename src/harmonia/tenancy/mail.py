"""Mail in plain French text: a template whose first line is the subject."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from harmonia.tenancy.porte import porte


def send(template: str, to: str, context: Mapping[str, object]) -> None:
    """
    Send one message to one address.

    Raises:
        OSError: the mail server did not take it.
    """
    known = {"site": settings.SITE, "portail": settings.PORTAIL, "porte": porte()}
    text = render_to_string(template, {**context, **known})
    subject, _, body = text.partition("\n")
    EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[to]).send()
