"""Raw mail in: what it says, what kind of reply it is, and where it belongs.

`parse_email` and `classify_reply` are pure and read nothing but the mail; `receive_email` keeps
it and does what it asks. Called by the top floor: uploads, commands, hooks.
"""

from revenue.inbound.arrival import receive_email
from revenue.inbound.message import ParsedEmail, parse_email
from revenue.inbound.replies import ReplyClass, classify_reply

__all__ = ["ParsedEmail", "ReplyClass", "classify_reply", "parse_email", "receive_email"]
