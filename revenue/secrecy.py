"""No secret of the settings where somebody reads: in what other machines say to us, and on
Django's page for developers, which shows all settings when DEBUG is on.
"""

import re

from django.conf import settings
from django.views.debug import SafeExceptionReporterFilter

HIDDEN = "•••"
SHORTEST = 6  # a model on this machine takes any word for a key


def hide(text: str, *more: str) -> str:
    """`text` of a model's endpoint or a mail server, without what we signed in to it with: the
    settings' own secrets, and `more`."""
    provider = [value for value in settings.ANYMAIL.values() if isinstance(value, str)]
    for secret in (settings.OPENAI_API_KEY, settings.EMAIL_HOST_PASSWORD, *provider, *more):
        if len(secret) >= SHORTEST:
            text = text.replace(secret, HIDDEN)
    return text


class Filter(SafeExceptionReporterFilter):
    """Django hides passwords by name; here they stand in addresses, too."""

    hidden_settings = re.compile(
        f"{SafeExceptionReporterFilter.hidden_settings.pattern}|URL|REDIS|LOCATION", re.IGNORECASE
    )
