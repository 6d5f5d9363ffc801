"""The mail wire of a simulated world: a Django mail connection that reaches the played buyers.

Now and then it refuses a mail for the moment, or breaks off after the mail was handed over, so
that its outcome is unknown.
"""

import smtplib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.mail import EmailMessage

from review.world.plan import Plan

REFUSED, BROKEN = 0.01, 0.003


@dataclass(frozen=True)
class Letter:
    """A mail that reached its buyer: the `number`-th that this address got."""

    recipient: str
    message_id: str
    subject: str
    number: int


class Wire:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.tries: Counter[str] = Counter()
        self.arrived: list[Letter] = []

    def open(self) -> None:
        """There is nobody to call."""

    def close(self) -> None:
        """Nor to hang up on."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        for message in messages:
            self._carry(message)
        return len(messages)

    def _carry(self, message: EmailMessage) -> None:
        [recipient] = message.to
        self.tries[recipient] += 1
        number = self.tries[recipient]
        luck = self.plan.draw("wire", recipient, number).random()
        if luck < REFUSED:
            raise smtplib.SMTPDataError(451, b"Try again later")
        message_id, subject = message.extra_headers["Message-ID"], str(message.subject)
        self.arrived.append(Letter(recipient, message_id, subject, number))
        if luck < REFUSED + BROKEN:
            raise smtplib.SMTPServerDisconnected("Connection lost after the final dot")

    def take(self) -> list[Letter]:
        """What has arrived since the last time."""
        arrived, self.arrived = self.arrived, []
        return arrived
