"""What a rep wants written changes what an agent writes, and no version of it says so.

A wish that was saved or turned on after the evidence of a class began is new to it: whoever follows
it is read by a person, until as many drafts as end full review followed it, one after the other,
and were clean. So is whoever follows it no more, where as many were judged with it before it was
turned off. What another lane or another version showed says nothing about this one.
"""

from django.db.models import Q, QuerySet

from agents.models import Draft, Preference, ReceivedPreference
from revenue.models import Account
from review.autonomy import machine
from review.models import EvidenceEpoch, Verdict

NEW_WISH = (
    "It follows the preference “{name}”, which is new to its class: reviewed before it leaves."
)
LOST_WISH = (
    "It does without the preference “{name}”, which is new to its class: reviewed before it leaves."
)


def new_to(epoch: EvidenceEpoch, draft: Draft) -> str:
    """Why this draft is not what the evidence is about, in a sentence; "" when it is."""
    newer = Preference.objects.filter(changed_at__gt=epoch.opened_at)
    received = Q(pk__in=ReceivedPreference.objects.filter(run=draft.run_id).values("preference"))
    lost = Q(is_on=False, output_class=draft.output_class) & _held_for(draft.account)
    for wish in newer.filter(received | lost).order_by("pk"):
        words = _words(wish, epoch, draft)
        if words:
            return words.format(name=wish.name)
    return ""


def _held_for(account: Account) -> Q:
    if account.owner_id is None:
        return Q(pk__in=[])
    return Q(rep=account.owner_id) | Q(team__user=account.owner_id)


def _words(wish: Preference, epoch: EvidenceEpoch, draft: Draft) -> str:
    with_it = Q(item__draft__run__preferences__preference=wish)
    given = epoch.verdicts.filter(is_second=False)
    if wish.received.filter(run=draft.run_id).exists():
        return "" if _is_proven(given.filter(with_it, at__gt=wish.changed_at)) else NEW_WISH
    if given.filter(with_it).count() < machine.RUN:
        return ""
    without = given.filter(_its(wish), item__draft__created_at__gt=wish.changed_at)
    return "" if _is_proven(without.exclude(with_it)) else LOST_WISH


def _its(wish: Preference) -> Q:
    if wish.team_id:
        return Q(item__account__owner__team=wish.team_id)
    return Q(item__account__owner=wish.rep_id)


def _is_proven(given: QuerySet[Verdict]) -> bool:
    scores = list(given.order_by("-pk").values_list("score", flat=True)[: machine.RUN])
    return len(scores) == machine.RUN and min(scores) >= machine.CLEAN
