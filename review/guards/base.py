"""What a guard sees and what it may say."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol

from agents.models import Draft
from revenue.models import Account, Address, Contact, Mailbox, Switch, User, Workspace
from review import leaving
from review.grounding import Known, Span, check, sources
from review.models import OutboxMessage, ReviewItem
from review.payload import Payload


@dataclass(frozen=True)
class Finding:
    """One guard's reason. `blocks` False: only a badge, or a hold until `holds_until`."""

    guard: str
    detail: str
    lifts: str = ""
    blocks: bool = True
    holds_until: datetime | None = None


@dataclass
class Sight:
    """Everything a guard may look at, read once. At the claim it is read under the locks.

    `message` is empty at intake, when nothing has been approved yet, and when somebody is just
    approving it: that is `deciding`. `vouched` are the words that this person says they checked.
    """

    draft: Draft
    account: Account
    contact: Contact | None
    address: Address | None
    payload: Payload
    workspace: Workspace
    now: datetime
    switches: list[Switch]
    item: ReviewItem | None = None
    message: OutboxMessage | None = None
    mailbox: Mailbox | None = None  # the owner's, if they have one
    deciding: User | None = None
    vouched: tuple[str, ...] = ()
    revoked: str = ""  # why what nobody approved may not leave any more

    @cached_property
    def timing(self) -> leaving.Known:
        """What the mail may have to wait for; two guards ask."""
        return leaving.read([self.draft], company=self.workspace, now=self.now)

    @property
    def approver(self) -> User | None:
        """Who approves or approved this; nobody for a draft that waits or that no person saw."""
        return self.message.decision.by if self.message else self.deciding

    @cached_property
    def known(self) -> Known:
        """What the mail may rest on."""
        return sources.known(self.draft)

    @cached_property
    def spans(self) -> list[Span]:
        """What nothing supports of the mail as it would leave."""
        return check(self.payload.subject, self.payload.body, self.known)


class Guard(Protocol):
    """One guardrail: a module of this package."""

    __name__: str

    def look(self, sight: Sight, /) -> Finding | None: ...
