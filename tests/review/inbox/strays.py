"""Mail that found no account, and who looks at it."""

from revenue.inbound import receive_email
from revenue.models import Activity, User
from tests.review.inbox.raw import raw_mail

SENDER = "Nora Moss <nora@else.example>"


def stray(added_by: User | None = None, **more: object) -> Activity:
    return receive_email(raw_mail(**({"sender": SENDER} | more)), added_by=added_by)
