"""The six steps from demo to mine, each with its state and its words.

A step is done, failed or open. Nothing leaves the machine until the first two are done; the guard
`review.guards.identity` holds every mail until then, and `sending` says so. Demo rows count for
nothing here.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from revenue import mailboxes, model_access, workspace
from revenue.models import (
    Account,
    Contact,
    ImportBatch,
    Mailbox,
    Opportunity,
    Role,
    User,
    Workspace,
)
from review.setup import mailbox, model, owners

DONE, FAILED, OPEN = "done", "failed", ""
GIVERS = (Role.ADMIN, Role.MANAGER)


@dataclass(frozen=True)
class Step:
    """`words` is what is there, `trouble` what went wrong; `link` is a URL name.

    Without an `action` there is nothing to do yet.
    """

    key: str
    title: str
    state: str
    words: str
    link: str
    action: str
    trouble: str = ""
    roles: tuple[str, ...] = (Role.ADMIN,)


@dataclass(frozen=True)
class Sending:
    """What happens to a mail that is approved now. `tone` is of the design."""

    tone: str
    head: str
    words: str


def steps(user: User) -> list[Step]:
    row = workspace.load()
    return [_sender(row), _mailbox(row), _model(row), _import(), _owners(user), _people()]


def next_of(found: list[Step], user: User) -> Step | None:
    """The first that is not done, that this person does, and that can be done now."""
    return next(
        (step for step in found if step.state != DONE and step.action and user.role in step.roles),
        None,
    )


def sending(user: User | None = None) -> Sending:
    """What happens to mail in general, or to that of somebody with a mailbox of their own."""
    row, own = workspace.load(), mailboxes.of(user)
    if not own and not workspace.has_mail_server():
        words = "Approved mail stays in the outbox here until a mail server is set up."
        if workspace.leaves_the_machine():
            words = "Only what leaves from a rep's own mailbox is sent; other mail stays here."
            return Sending("info", "There is no common mail server.", words)
        return Sending("info", "Nothing leaves this machine.", words)
    missing = workspace.missing_identity(row)
    if missing:
        return Sending("warn", "Every mail is held.", f"Still missing: {missing}.")
    if workspace.is_invented(row):
        words = "The sender is still the demo's. Only the demo's own mail leaves."
        return Sending("warn", "Mail to your accounts is held.", words)
    if own:
        return _sending_from(own)
    if not workspace.mailbox_is_tested(row):
        return Sending("warn", "Every mail is held.", "Send yourself a test mail first.")
    return Sending("ok", "Approved mail is sent.", f"It leaves by {mailbox.server()}.")


def _sending_from(own: Mailbox) -> Sending:
    if own.is_paused:
        return Sending("warn", "Your mail is held.", f"{own} is paused. {own.pause_reason}")
    if not own.tested_at:
        return Sending("warn", "Your mail is held.", "Test your mailbox first.")
    return Sending("ok", "Your approved mail is sent.", f"It leaves from {own}.")


def _sender(row: Workspace) -> Step:
    missing = workspace.missing_identity(row)
    if workspace.is_invented(row):
        words, state = "The demo's company or address stands there. Put yours in its place.", OPEN
    elif missing:
        words, state = f"Still missing: {missing}. It stands at the foot of every mail.", OPEN
    else:
        address = ", ".join(row.postal_address.split("\n")).replace("\r", "")
        words, state = f"{row.company}, {address}. It stands at the foot of every mail.", DONE
    action = "Fill in" if state == OPEN else "Change"
    return Step("sender", "Sender and postal address", state, words, "setup_sender", action)


def _mailbox(row: Workspace) -> Step:
    if not workspace.has_mail_server():
        return _own_mailboxes()
    if row.mailbox_tested_at and workspace.mailbox_is_tested(row):
        when = _day(row.mailbox_tested_at)
        words = f"{mailbox.server()}. A test mail to {row.mailbox_tested_to} was taken on {when}."
        return _mailbox_step(DONE, words, "Test again")
    last = mailbox.last_try()
    trouble = mailbox.WORDS.get(last, "") if last not in (mailbox.ARRIVED, mailbox.LOCAL) else ""
    words = f"{mailbox.server()}. Send yourself a test mail."
    if workspace.is_another_server(row):
        words = f"{mailbox.server()}. It is not the server that was tested: test this one, too."
    return _mailbox_step(FAILED if trouble else OPEN, words, "Test", trouble)


def _own_mailboxes() -> Step:
    """Without a common server, everybody who owns an account needs a mailbox that works."""
    sellers = User.objects.filter(is_active=True, is_demo=False)
    own = sellers.filter(mailbox__tested_at__isnull=False).count()
    if not own:
        words = "No mail server is set up. Approved mail stays in the outbox on this machine."
        return _mailbox_step(OPEN, words, "Set up")
    owners = sellers.filter(accounts__isnull=False).exclude(mailbox__tested_at__isnull=False)
    lacking = owners.distinct().count()
    words = "1 person sends" if own == 1 else f"{own:,} people send"
    words += " from a mailbox of their own."
    if lacking:
        verb = "person owns" if lacking == 1 else "people own"
        words += f" {lacking:,} {verb} accounts and has none: their mail stays on this machine."
    return _mailbox_step(OPEN if lacking else DONE, words, "Set up" if lacking else "See")


def _mailbox_step(state: str, words: str, action: str, trouble: str = "") -> Step:
    return Step("mailbox", "Mail server", state, words, "setup_mailbox", action, trouble)


def _model(row: Workspace) -> Step:
    access = model_access.current()
    said = model.last_try(row.model_test_note, access)
    words = f"{model.configured(access)} writes the drafts."
    if not access.is_offline:
        words = f"{model.configured(access)}."
    if said and row.model_tested_at:
        return _model_step(DONE, f"{words} {said}", "Test again")
    return _model_step(FAILED if said else OPEN, f"{words} Try it once.", "Test", said)


def _model_step(state: str, words: str, action: str, trouble: str = "") -> Step:
    return Step("model", "Model and key", state, words, "setup_model", action, trouble)


def _import() -> Step:
    accounts = Account.objects.filter(is_demo=False).count()
    last = ImportBatch.objects.filter(state=ImportBatch.State.DONE).first()
    words = "Bring in accounts, people and deals as CSV files from your CRM."
    if accounts:
        deals = Opportunity.objects.exclude(account__is_demo=True).count()
        people = Contact.objects.filter(account__is_demo=False).count()
        counted = (_of(accounts, "account"), _of(deals, "deal"), _of(people, "person", "people"))
        words = f"{', '.join(counted)}."
        if last and last.finished_at:
            words += f" Last import: {_day(last.finished_at)}."
    state = DONE if accounts else OPEN
    action = "Import more" if accounts else "Import"
    return Step("import", "Accounts and deals", state, words, "imports", action)


def _of(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def _owners(user: User) -> Step:
    lacking = owners.ownerless(user).filter(is_demo=False).count()
    anything = Account.objects.filter(is_demo=False).exists()
    state, action = (DONE if anything and not lacking else OPEN), ("See" if anything else "")
    words = "Every account has an owner." if anything else "Comes after the import."
    if lacking:
        noun = "account has" if lacking == 1 else "accounts have"
        words, action = f"{lacking:,} {noun} no owner, so no agent writes to them.", "Choose owners"
    return Step("owners", "Owners", state, words, "owners", action, roles=GIVERS)


def _people() -> Step:
    rows = User.objects.filter(is_active=True, is_demo=False)
    sellers = rows.exclude(role=Role.ADMIN)
    invited = sellers.exclude(email="").count()
    silent = rows.filter(email="").count()
    new = sellers.exclude(email="").filter(last_login=None).count()
    words = "Invite the reps and managers who countersign."
    if invited:
        words = "1 rep or manager is" if invited == 1 else f"{invited:,} reps and managers are"
        have = "has" if new == 1 else "have"
        words += f" invited; {new:,} {have} not signed in yet." if new else " invited."
    if silent:
        noun = "person of the import has" if silent == 1 else "people of the import have"
        words += f" {silent:,} {noun} no e-mail address and cannot sign in."
    state, action = (DONE if invited else OPEN), ("Manage" if invited else "Invite")
    return Step("people", "People", state, words, "people", action)


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y, H:i")
