"""Guard 6: no unfilled field, the greeting names the contact, the company is the account."""

import re

from revenue.models import Account
from review.guards import claims
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
NAME = re.compile(r"(?<![\w&'.-])[\w&'.-]*\w")
SHORTEST = 5  # letters of a name that is no chance
KINDS = ("customer", "company", "name")  # of unsupported names that may be another account's


def look(sight: Sight) -> Finding | None:
    text = f"{sight.payload.subject}\n{sight.payload.body}"
    unfilled = UNFILLED.search(text)
    if unfilled:
        return Finding("merge", f"Unfilled field: {unfilled.group()[:60]}", "Fill it in.")
    greeting = next((span for span in sight.spans if span.kind == "greeting"), None)
    if greeting:
        return Finding("merge", greeting.why, "Correct the greeting.")
    return _other_company(sight)


def _other_company(sight: Sight) -> Finding | None:
    """The mail names another company than the one that it goes to, one of our accounts or none."""
    named = [span for span in claims.blocking(sight) if span.kind in KINDS]
    names = {span.text for span in named} | _told(sight)
    rows = Account.objects.filter(name__in=names).exclude(name=sight.account.name)
    others = list(rows.order_by("name").values_list("name", flat=True)[:5]) if names else []
    wrong = others + [span.text for span in named if span.kind == "company"]
    if not wrong:
        return None
    what = "is another account" if wrong[0] in others else "is not its name"
    return Finding(
        "merge",
        f"The mail goes to {sight.account} and says “{wrong[0]}”, which {what}.",
        "Correct the company: choose Edit.",
    )


def _told(sight: Sight) -> set[str]:
    """Names that outsiders put there: that they wrote one is no leave for an agent to repeat it,
    but for what we say of it ourselves. What a person typed is that person's word."""
    theirs, ours = (
        " ".join(one.text for one in sight.known.texts if one.is_theirs is whose)
        for whose in (True, False)
    )
    ours = f"{ours} {' '.join(sight.known.claims)}"
    draft, text = sight.draft, f"{sight.payload.subject}\n{sight.payload.body}"
    agents = "" if draft.is_human else f"{draft.subject}\n{draft.body}"
    agents, words = " ".join(NAME.findall(agents)), NAME.findall(text)
    runs = {" ".join(words[at : at + size]) for size in (1, 2, 3, 4) for at in range(len(words))}
    return {
        run
        for run in runs
        if run[0].isupper() and len(run) > SHORTEST and run in agents
        if run in theirs and run not in ours
    }
