"""The shared data layer: what we know, and who holds the account. One file per idea."""

from .accounts import Account, Basis, Contact
from .activities import Activity, Meeting, Thread
from .catalogue import Claim, Product
from .consent import Address, Domain, Erasure, Lift, Suppression
from .deals import Opportunity, StageChange
from .delegations import Delegation
from .deliveries import MailEvent
from .imports import ImportBatch, ImportIssue
from .leases import Lease
from .log import ChainHead, Event
from .mailboxes import Mailbox, MailboxDay, MailboxReport, MailFolder
from .memory import Fact
from .model_access import ModelAccess
from .people import Role, Team, User
from .signals import Signal
from .snapshots import Snapshot
from .switches import Switch
from .tasks import Task
from .workspace import Workspace

__all__ = [
    "Account",
    "Activity",
    "Address",
    "Basis",
    "ChainHead",
    "Claim",
    "Contact",
    "Delegation",
    "Domain",
    "Erasure",
    "Event",
    "Fact",
    "ImportBatch",
    "ImportIssue",
    "Lease",
    "Lift",
    "MailEvent",
    "MailFolder",
    "Mailbox",
    "MailboxDay",
    "MailboxReport",
    "Meeting",
    "ModelAccess",
    "Opportunity",
    "Product",
    "Role",
    "Signal",
    "Snapshot",
    "StageChange",
    "Suppression",
    "Switch",
    "Task",
    "Team",
    "Thread",
    "User",
    "Workspace",
]
