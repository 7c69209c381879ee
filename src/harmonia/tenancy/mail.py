"""Mail in plain French text: a template whose first line is the subject; what was promised leaves once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from harmonia.tenancy.porte import porte

_log = structlog.get_logger(__name__)


def send_each(waiting: Iterable[int], send_one: Callable[[int], bool]) -> int:
    """
    Send each message that waits, by its number, and return how many left; one that fails holds up no other.

    *send_one* works in a transaction of its own, and tells whether there was still something to send.

    Raises:
        OSError: some failed; they will be tried again by the next call.
    """
    count, failures = 0, 0
    for number in waiting:
        try:
            count += send_one(number)
        except OSError:
            failures += 1
            _log.exception("message_not_sent", numero=number)
    if failures:
        raise OSError(f"{failures} message(s) could not be sent.")
    return count


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
