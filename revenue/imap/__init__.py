"""Reading the reps' mailboxes by IMAP: Inbox and Sent, from the moment of connecting on.

Nothing is ever marked as seen, moved or deleted: folders are examined (RFC 3501, EXAMINE) and
mails peeked at (BODY.PEEK). Called by `review.tasks` and the mailbox page.
"""

from revenue.imap.connection import Fault, Looked, look_into
from revenue.imap.reading import begin, read_due, to_be_rung

__all__ = ["Fault", "Looked", "begin", "look_into", "read_due", "to_be_rung"]
