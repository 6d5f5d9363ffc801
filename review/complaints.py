"""A recipient called a mail of ours spam: harm that its class did, whoever brings the report.

A provider's event is told at once (`doors.provider`); what a mailbox received is read on the
revenue floor, which knows no class, so the sweep finds it.
"""

from datetime import timedelta

from revenue import clock, transactions
from revenue.models import MailboxReport
from review import autonomy
from review.models import Critical, OutboxMessage

SINCE = timedelta(days=30)  # a report that comes later says nothing about the class of today
AT_ONCE = 50


@transactions.atomic
def note(message: OutboxMessage) -> Critical | None:
    """Once for each mail. None when it is on record, or no class is concerned."""
    unnoted = OutboxMessage.objects.filter(pk=message.pk, complained_at=None)
    if not unnoted.update(complained_at=clock.now()):
        return None
    return autonomy.harmed(message.item, kind=Critical.Kind.COMPLAINT, by="system")


def sweep() -> int:
    """The reports that mailboxes received and nobody has noted. How many."""
    reports = MailboxReport.objects.filter(
        kind=MailboxReport.Kind.COMPLAINT, at__gt=clock.now() - SINCE
    )
    rows = OutboxMessage.objects.filter(message_id__in=reports.values("key"))
    found = rows.filter(complained_at=None).select_related("item__draft").order_by("pk")[:AT_ONCE]
    return sum(harm is not None for harm in transactions.apart(note, found))
