"""Guard 6: no unfilled field, and the greeting names the contact."""

import re

from revenue.models import Contact
from review.guards.base import Finding, Sight

UNFILLED = re.compile(
    r"""
    \{\{ (?: .{0,200}? \}\} )?  |  \{% .{0,200}? %\}  |  << .{0,200}? >>   # of templates
    |  \$? \{ [a-z] [\w .-]{0,40} \}                                       # {first_name}
    |  \*\| .{0,40}? \|\*  |  %% \w{1,40} %%  |  % (?-i: [A-Z_]{4,40} ) %   # of mailing tools
    |  [\[<] \s* (?: your | first | last | full | company | insert ) \b [^][<>\n]{0,60} []>]
    |  [\[<] [^][<>\n]{0,30}? (?: name | company | date ) \s* []>]           # [Name], <name>
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
GREETING = re.compile(
    r"^\s*(?:hi|hello|dear|good (?:morning|afternoon|evening)|hey)\s+([^,\n:]{1,80})\s*[,:\n]", re.I
)
ANYBODY = {"there", "all", "team", "everyone", "both", "sir or madam"}


def look(sight: Sight) -> Finding | None:
    text = f"{sight.payload.subject}\n{sight.payload.body}"
    unfilled = UNFILLED.search(text)
    if unfilled:
        return Finding("merge", f"Unfilled field: {unfilled.group()[:60]}", "Fill it in.")
    greeted = GREETING.match(sight.payload.body)
    if greeted and sight.contact and not _names(greeted.group(1), sight.contact):
        return Finding(
            "merge",
            f"The greeting says “{greeted.group(1).strip()}”, the contact is {sight.contact}.",
            "Correct the greeting.",
        )
    return None


def _names(greeted: str, contact: Contact) -> bool:
    said = {word.strip(".").casefold() for word in greeted.split()}
    known = {word.casefold() for word in contact.name.split()}
    return greeted.strip().casefold() in ANYBODY or bool(said & known)
