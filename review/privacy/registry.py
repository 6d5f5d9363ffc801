"""Every table and what it says of people outside. A table that stands in neither list fails a test.

`TABLES` may name a buyer's person. `NOBODYS` holds nothing of them, each with the reason why.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet, UniqueConstraint


@dataclass(frozen=True)
class Table:
    """`account` is the path to an account's id, "" for a table that belongs to none.

    A row is somebody's own when one of the `person` paths leads to their contact, one of `address`
    holds their address, or (`by_ref`) a JSON value holds "contact:5". Of their own rows the `free`
    columns go whole. Of other rows only what gives them away is taken out, of `whole` ones, once
    they give somebody away, all. `stored` columns hold hashes of stored texts. `working` papers
    were written with everything that was known of the account.
    """

    label: str
    words: str
    account: str = "account"
    person: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    stored: tuple[str, ...] = ()
    whole: Q | None = None
    by_ref: bool = False
    working: bool = False

    @property
    def model(self) -> Any:
        return apps.get_model(self.label)

    @property
    def texts(self) -> list[Any]:
        """The columns in which somebody can be named: text and JSON, neither hashes nor choices."""
        kinds = (models.CharField, models.TextField, models.JSONField)
        return [
            field for field in self.model._meta.concrete_fields
            if isinstance(field, kinds) and not field.choices and field.name not in self.stored
            and not field.primary_key
        ]  # fmt: skip

    @property
    def unique(self) -> set[str]:
        """Columns in which two rows cannot say the same."""
        meta = self.model._meta
        several = (one.fields for one in meta.constraints if isinstance(one, UniqueConstraint))
        return {one.name for one in meta.concrete_fields if one.unique} | {
            name for names in several for name in names
        }

    def of_account(self, account_id: int) -> QuerySet[Any]:
        return self.model._default_manager.filter(**{self.account: account_id}).order_by("pk")

    def own(self, contacts: Iterable[int], address: str) -> Q:
        """Which rows are somebody's own, as far as columns say it."""
        found = Q(pk__in=[])
        for path in self.person:
            found |= Q(**{f"{path}__in": list(contacts)})
        for path in self.address:
            found |= Q(**{f"{path}__iexact": address})
        return found


DRAFT, ITEM, MESSAGE = "draft__contact", "item__draft__contact", "message__draft__contact"

TABLES = [
    Table("revenue.Contact", "People", person=("pk",), address=("email",)),
    Table("revenue.Thread", "Conversations", person=("contact",), free=("subject",)),
    Table(
        "revenue.Activity", "Mails, calls and notes", person=("contact",), address=("sender",),
        free=("subject", "body", "sender", "warning", "reply_detail"), stored=("raw",),
        whole=Q(kind__in=["note", "call", "meeting"]),
    ),
    Table("revenue.MailEvent", "What became of mails", address=("recipient",),
          free=("recipient", "detail", "url")),
    Table("revenue.Meeting", "Meetings", person=("attendees",), free=("subject",)),
    Table("revenue.Task", "Tasks and promises", person=("contact",), free=("subject",),
          whole=Q()),
    Table("revenue.Opportunity", "Deals"),
    Table("revenue.StageChange", "Steps of deals and accounts"),
    Table(
        "revenue.Fact", "What is remembered", person=("contact",), free=("text", "source",
        "source_url"), whole=Q(),
    ),
    Table("revenue.Signal", "Signals", free=("payload",), whole=Q()),
    Table("revenue.Lease", "Who spoke to the account"),
    Table("revenue.Suppression", "Who may not be written to", address=("value",)),
    Table("revenue.Lift", "Who may be written to again", address=("value",),
          free=("value", "reason", "words")),
    Table("revenue.Address", "Addresses", account="", address=("email",)),
    Table("revenue.Erasure", "Erasures", account="", address=("address",)),
    Table("revenue.ImportBatch", "Imports", account=""),
    Table("revenue.ImportIssue", "Rows of imports that were told", account="",
          free=("found", "problem"), whole=Q()),
    Table(
        "agents.RoutingDecision", "Who was chosen to act", free=("reason", "mandate"), by_ref=True,
        stored=("seen", "router_answer"), working=True,
    ),
    Table("agents.WakeUp", "Alarms"),
    Table("agents.AgentRun", "Runs of agents", person=("drafts__contact",), free=("note",),
          stored=("packet", "answer"), working=True),
    Table(
        "agents.Draft", "Drafts", person=("contact",),
        free=("subject", "body", "fields", "evidence", "rationale", "risk_flags"),
    ),
    Table("agents.Handoff", "Handoffs between agents", by_ref=True, whole=Q(),
          free=("context", "state_update", "mandate", "missing")),
    Table("agents.Preference", "How reps want mails written", account="", free=("name", "text"),
          whole=Q()),
    Table("agents.ExtraRead", "What agents read besides", account="run__account", free=("what",)),
    Table("review.ReviewItem", "What waited for a person", person=(DRAFT,),
          free=("reason", "rewrite_note")),
    Table("review.Decision", "What people decided", account="item__account", person=(ITEM,),
          free=("note", "vouched"), whole=Q(), stored=("before", "after", "payload")),
    Table(
        "review.OutboxMessage", "Mails on their way", person=(DRAFT,), address=("recipient",),
        free=("recipient", "subject", "hold_reason", "detail", "provider_answer"),
        stored=("payload", "mime"),
    ),
    Table("review.GuardBlock", "Why mails were held", account="message__account",
          person=(MESSAGE,), free=("detail", "lifts")),
    Table("review.Plant", "Errors that were planted for practice", account="item__account",
          person=(ITEM,), free=("before", "after"), whole=Q()),
    Table("review.Submission", "Drafts that other agents brought", account="draft__account",
          person=(DRAFT,), free=("answer",), stored=("body",)),
    Table("review.Callback", "What other agents were told", person=(DRAFT,),
          free=("body", "answer"), whole=Q()),
    Table("review.WebhookReceipt", "Signals that came in signed", account="", free=("words",),
          whole=Q()),
]  # fmt: skip

OURS = "our own people, not a buyer's"
RULES = "how the product is set up"
NOBODYS = {
    "revenue.Account": "a company; one that is called as its owner is renamed by hand",
    "revenue.Team": OURS,
    "revenue.Delegation": OURS,
    "revenue.User": OURS,
    "revenue.User_groups": OURS,
    "revenue.User_user_permissions": OURS,
    "revenue.Mailbox": OURS,
    "revenue.MailFolder": OURS,
    "revenue.MailboxDay": "numbers",
    "revenue.MailboxReport": "ids of mails",
    "revenue.Meeting_attendees": "numbers of rows",
    "revenue.Product": "what we sell",
    "revenue.Claim": "what may be said of what we sell",
    "revenue.Domain": "names of hosts",
    "revenue.ChainHead": "hashes",
    "revenue.Event": "ids, choices and hashes, never text",
    "revenue.Snapshot": "reached by the hashes that other rows hold",
    "revenue.Switch": "which sending is stopped, and why",
    "revenue.ModelAccess": RULES,
    "revenue.Workspace": RULES,
    "agents.AgentConfig": RULES,
    "agents.AgentState": RULES,
    "agents.Rehearsal": RULES,
    "agents.ReceivedPreference": "numbers of rows",
    "agents.RoutingRule": RULES,
    "agents.Spend": "numbers",
    "review.ApprovedSentence": "hashes of sentences, without the name of whom they went to",
    "review.Lane": RULES,
    "review.LaneChange": "what our own people decided about a class",
    "review.EvidenceEpoch": "numbers",
    "review.EvidenceUnit": "numbers",
    "review.AuditDraw": "numbers",
    "review.Critical": "what our own people say went wrong",
    "review.Breach": "numbers of rows",
    "review.Look": "numbers of rows",
    "review.Double": "numbers and choices",
    "review.PracticeRound": "numbers",
    "review.ServiceLevel": RULES,
    "review.Verdict": "numbers",
    "review.Heartbeat": "numbers",
    "review.Notice": OURS,
    "review.NoticeChoice": OURS,
    "review.NoticeHost": RULES,
    "review.NoticeOpening": "numbers of rows",
    "review.ApiToken": OURS,
    "review.WebhookSource": OURS,
    "auth.Group": OURS,
    "auth.Permission": RULES,
    "auth.Group_permissions": OURS,
    "contenttypes.ContentType": RULES,
    "sessions.Session": OURS,
    "account.EmailAddress": OURS,
    "account.EmailConfirmation": OURS,
    "django_q.Task": "numbers of rows",
    "django_q.Success": "numbers of rows",
    "django_q.Failure": "numbers of rows",
    "django_q.Schedule": RULES,
    "django_q.OrmQ": "numbers of rows",
}


def of_accounts() -> list[Table]:
    """Those whose rows belong to an account; a contact's own row goes last, by itself."""
    return [table for table in TABLES if table.account and table.label != "revenue.Contact"]
