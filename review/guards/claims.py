"""Guard 7: every name, figure, price, date, customer and link is on record or an approved claim.

What a person typed is that person's word and passes: only what still stands as the agent wrote it
is judged, and any link that leads to a place which is neither ours nor the buyer's. The greeting is
guard 6's, and so is the company, but for whoever is just approving.
"""

from collections.abc import Iterable

from agents.models import Draft
from revenue.models import Account
from review.grounding import Known, Span, sources
from review.grounding.links import host, is_within
from review.guards.base import Finding, Sight

LIFTS = "Correct it, or say it in your own words: choose Edit."


def look(sight: Sight) -> Finding | None:
    others = ("greeting",) if sight.deciding else ("greeting", "company")
    found = [span for span in blocking(sight) if span.kind not in others]
    if not found:
        return None
    more = len(found) - 1
    besides = f" {more} more {'is' if more == 1 else 'are'} not on record either." if more else ""
    return Finding("claims", f"{found[0].why}{besides}", LIFTS)


def blocking(sight: Sight) -> list[Span]:
    """Those of the unsupported that nobody answers for."""
    return unanswered(sight.spans, sight.draft, sight.account, sight.known)


def unanswered(spans: Iterable[Span], draft: Draft, account: Account, known: Known) -> list[Span]:
    """Without those that a person wrote: they do not stand in the agent's draft."""
    allowed = sources.domains(known, account)
    agents = "" if draft.agent == "human" else _flat(f"{draft.subject}\n{draft.body}")
    return [
        span
        for span in spans
        if _flat(span.text) in agents
        or (span.kind == "link" and not is_within(host(span.text), allowed))
    ]


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()
