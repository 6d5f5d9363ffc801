"""Which preferences a draft was written with, in words. One query for a ring, none without any."""

from collections import defaultdict
from collections.abc import Iterable

from agents.models import Draft, ReceivedPreference
from agents.preferences import REF
from revenue.models import User


def read(drafts: Iterable[Draft], *, reader: User) -> dict[int, list[str]]:
    """By run."""
    runs = [row.run for row in drafts if row.run]
    given = [run.pk for run in runs if any(ref.startswith(REF) for ref in run.manifest)]
    found: dict[int, list[str]] = defaultdict(list)
    if given:
        rows = ReceivedPreference.objects.filter(run__in=given).order_by("pk")
        for row in rows.select_related("preference__rep"):
            found[row.run_id].append(_words(row, reader))
    return found


def _words(row: ReceivedPreference, reader: User) -> str:
    wish = row.preference
    whose = "the team’s" if wish.team_id else f"{wish.rep}’s"
    return f"{'your' if wish.rep_id == reader.pk else whose} preference “{wish.name}”"
