"""Guard 7: every name, figure, price, date, customer and link is on record or an approved claim.

What a person typed is that person's word and passes: only what still stands as the agent wrote it
is judged, and any link that leads to a place which is neither ours nor the buyer's. So does what
whoever approved it vouched for, word by word; never a link, a price, or whom the mail is for. The
greeting is guard 6's, and so is the company, but for whoever is just approving.
"""

from collections import Counter
from collections.abc import Iterable

from agents.models import Draft
from revenue.models import Account
from review.grounding import Known, Span, sources
from review.grounding.links import host, is_within
from review.grounding.naming import MOST
from review.guards.base import Finding, Sight

LIFTS = "Correct it, or say it in your own words: choose Edit."
CHECK = "Check it, then choose “I checked this”, or edit it."
SOFT = frozenset({"number", "date", "name", "customer", "product"})  # a person may know better


def look(sight: Sight) -> Finding | None:
    others = ("greeting",) if sight.deciding else ("greeting", "company")
    vouched = vouched_for(sight)
    left = [span for span in blocking(sight) if span not in vouched]
    found = [span for span in left if span.kind not in others]
    if not found:
        return None
    more = len(found) - 1
    besides = f" {more} more {'is' if more == 1 else 'are'} not on record either." if more else ""
    # Once it is approved, there is nothing more to choose.
    lifts = CHECK if sight.message is None and not hard(left) else LIFTS
    return Finding("claims", f"{found[0].why}{besides}", lifts)


def vouched_for(sight: Sight) -> list[Span]:
    """Those that the approver's own words answer for, each word for one place."""
    found = blocking(sight)
    words = Counter(map(_line, sight.vouched))
    no_one = hard(found)
    soft = [span for span in found if span not in no_one]
    return [span for span in soft if _taken(words, _line(span.text))]


def hard(spans: list[Span]) -> list[Span]:
    """Those that nobody can vouch for, and those with another inside, for that is not looked up
    alone. Of very many, all: the check lists no more names than that."""
    if sum(1 + len(span.covers) for span in spans) >= MOST:
        return spans
    return [span for span in spans if span.kind not in SOFT or span.covers]


def blocking(sight: Sight) -> list[Span]:
    """Those of the unsupported that nobody answers for."""
    return unanswered(sight.spans, sight.draft, sight.account, sight.known)


def unanswered(spans: Iterable[Span], draft: Draft, account: Account, known: Known) -> list[Span]:
    """Without those that a person wrote: they do not stand in the agent's draft."""
    allowed = sources.domains(known, account)
    agents = "" if draft.is_human else _flat(f"{draft.subject}\n{draft.body}")
    return [
        span
        for span in spans
        if _flat(span.text) in agents
        or (span.kind == "link" and not is_within(host(span.text), allowed))
    ]


def _taken(words: Counter[str], text: str) -> bool:
    words[text] -= 1
    return words[text] >= 0


def _flat(text: str) -> str:
    return _line(text).casefold()


def _line(text: str) -> str:
    return " ".join(text.split())
