"""Mail in plain French text: a template whose first line is the subject."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string


def send(template: str, to: str, context: Mapping[str, object]) -> None:
    """
    Send one message to one address.

    Raises:
        OSError: the mail server did not take it.
    """
    text = render_to_string(template, {**context, "site": settings.SITE, "portail": settings.PORTAIL})
    subject, _, body = text.partition("\n")
    EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[to]).send()
