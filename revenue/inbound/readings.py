"""What a model read in a reply that words alone do not settle: kept, and done.

A reading only ever adds. What headers or the words that always win have said stays; a bounce is
believed from a report alone, so that no reading suppresses an address that came back. An opt-out
is believed from anybody: too few mails are the smaller harm. A model may confirm a wish that the
words suspect, and never deny it: then a person reads the mail. So they do where a model alone sees
an absence or an automatic answer, because a mail can tell it that. Called by the orchestration.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from revenue import consent, context, events, locks, transactions
from revenue.inbound import receive, replies
from revenue.inbound.refusals import WISHES
from revenue.inbound.replies import FOR_AGENTS
from revenue.models import Account, Activity, Contact

LABELS = (
    "interested", "meeting_request", "question", "objection", "not_now", "referral",
    "wrong_person", "left_company", "not_interested", "unsubscribe", "hostile_legal",
    "out_of_office", "auto_reply", "bounce_hard", "bounce_soft", "unclassified",
)  # fmt: skip
OBJECTIONS = ("price", "timing", "competitor", "authority", "no_need", "trust")
MACHINES = ("out_of_office", "auto_reply", "bounce_hard", "bounce_soft")
DATED = ("not_now",)
MODEL = "model"
# Under this a reading is a guess, and a person reads for themselves.
SURE_ENOUGH = 0.5
PAST, AHEAD = timedelta(days=31), timedelta(days=730)


@dataclass(frozen=True)
class Reading:
    """`detail` is the kind of an objection, or whom a referral names, in words of the mail."""

    label: str
    detail: str = ""
    return_date: date | None = None
    confidence: float = 0.0


UNREAD = Reading("unclassified")


def is_open(mail: Activity) -> bool:
    """Somebody's words of which the word lists are not sure, and nobody has read them yet.

    What nobody knows the writer of is for a person in any case.
    """
    is_persons = mail.direction == Activity.Direction.INBOUND and not mail.is_auto
    is_unsure = mail.reply_layer == replies.LEXICON and mail.reply_confidence < 1
    return is_persons and is_unsure and mail.contact_id is not None


@transactions.atomic
def leave_to_words(mail: Activity) -> None:
    """There is nobody to ask: a person reads what the words are not sure of."""
    if mail.account_id is None:
        return
    account = locks.account(mail.account_id)
    mail = Activity.objects.get(pk=mail.pk)
    if is_open(mail):
        Activity.objects.filter(pk=mail.pk).update(reply_class="unclassified", reply_confidence=1.0)
        receive.engage(account)


@transactions.atomic
def record(mail: Activity, reading: Reading, *, by: str) -> bool:
    """False when somebody else has read it meanwhile, or there is nothing left to settle."""
    if mail.account_id is None:
        return False
    kept = _kept(mail, reading)
    if kept.label == "unsubscribe":
        consent.hold(concerned(mail), accounts=[mail.account_id])
    account = locks.account(mail.account_id)
    mail = Activity.objects.get(pk=mail.pk)
    if not is_open(mail):
        return False
    mail.reply_class, mail.reply_detail = kept.label, kept.detail[:254]
    mail.return_date, mail.reply_confidence = kept.return_date, kept.confidence
    mail.reply_layer, mail.is_auto = MODEL, kept.label in MACHINES
    mail.save(update_fields=["reply_class", "reply_detail", "return_date", "reply_confidence",
                             "reply_layer", "is_auto"])  # fmt: skip
    events.append("message.read", by=by, account=account, subject=mail, reply_class=kept.label)
    if mail.is_auto:
        _nobody_spoke(mail, account)
    else:
        receive.engage(account)
    if kept.label == "unsubscribe":
        _opt_out(mail)
    return True


def _kept(mail: Activity, reading: Reading) -> Reading:
    """The reading as far as it can be used; a guess is no class."""
    known = reading.label in LABELS and reading.confidence >= SURE_ENOUGH
    label = reading.label if known else "unclassified"
    if label in replies.UNREAD or (is_suspected(mail) and label in FOR_AGENTS):
        return Reading("unclassified", mail.reply_detail or label, None, reading.confidence)
    back = reading.return_date if label in DATED else None
    if back and not -PAST <= back - mail.occurred_at.date() <= AHEAD:
        back = None
    detail = reading.detail if label in ("objection", "referral") else ""
    detail = mail.reply_detail if label == "unclassified" else detail
    return Reading(label, detail, back, min(reading.confidence, 1.0) if known else 0.0)


def is_suspected(mail: Activity) -> bool:
    """Did the words suspect a wish in it?"""
    return mail.reply_class == "unclassified" and mail.reply_detail in WISHES


def _nobody_spoke(mail: Activity, account: Account) -> None:
    """It was counted as the last word of a person: what would be answered now is another mail."""
    spoken = account.activities.filter(direction="inbound", is_auto=False)
    if not spoken.filter(pk__gt=mail.pk).exists():
        context.moved(account.pk)


def concerned(mail: Activity) -> list[str]:
    """Whose wish an opt-out is: the one who wrote, and the one that we had written to."""
    ours = Contact.objects.filter(
        activities__account=mail.account_id,
        activities__direction="outbound",
        activities__message_id=mail.in_reply_to or None,
    )
    written_to = ours.values_list("email", flat=True)
    return sorted({consent.normalise(one) for one in (mail.sender, *written_to)} - {""})


def _opt_out(mail: Activity) -> None:
    """As when words say so."""
    for email in concerned(mail):
        consent.suppress(
            email, scope="address", reason="asked for it in a reply, as a model reads it",
            by="contact", account=mail.account,
        )  # fmt: skip
