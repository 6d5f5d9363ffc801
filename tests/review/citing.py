"""Drafts that rest on something, and how that comes to hold no more."""

from datetime import timedelta

from agents.models import Draft
from revenue import clock, ingest
from revenue.models import Claim, Fact
from tests.races import verbs

SAID = "You plan to grow your fleet."


def fact(here: verbs.Scene, text: str = SAID, **more: object) -> Fact:
    return ingest.record_fact(
        account=here.account, text=text, source="Their site", as_of=clock.now(), key="fleet",
        by="agent:prospecting", **more,
    )  # fmt: skip


def cites(here: verbs.Scene, *names: str) -> None:
    """The scene's draft, before or after it came in."""
    evidence = [{"claim": SAID, "source_id": name, "quote": SAID} for name in names]
    Draft.objects.filter(pk=here.draft.pk).update(evidence=evidence)
    here.draft.refresh_from_db()


def of_fact(here: verbs.Scene) -> str:
    """Returned is what it cites."""
    row = fact(here)
    cites(here, f"fact:{row.pk}")
    return row.text


def supersede(here: verbs.Scene) -> None:
    fact(here, "They stopped growing.")


def over(here: verbs.Scene) -> None:
    Fact.objects.update(good_until=clock.now() - timedelta(seconds=1))


def of_claim(here: verbs.Scene) -> str:
    row = Claim.objects.create(text="It lasts ten years.")
    cites(here, f"claim:{row.pk}")
    return row.text


def withdraw(here: verbs.Scene) -> None:
    Claim.objects.update(is_active=False)


ENDS = {
    "a newer fact": (of_fact, supersede),
    "a fact whose time is over": (of_fact, over),
    "a claim that was withdrawn": (of_claim, withdraw),
}
