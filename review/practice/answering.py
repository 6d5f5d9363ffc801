"""A verdict on a practice draft, or on a blind second look: what it shows of the reviewer.

Nothing leaves, nothing is scored for an agent, nothing is remembered as said. `decisions` calls
`answered` in the verb's own transaction, and `feedback` is what the reviewer reads at once.
"""

from revenue import clock, snapshots
from revenue.models import User
from review import autonomy, dwell, rewording
from review.models import Decision, Double, Plant, ReviewItem, State

Verb = Decision.Verb
NAMES = {
    "amount": "the amount", "percentage": "the percentage", "date": "the date", "time": "the time",
    "name": "the name", "url": "the link", "product": "the product", "number": "a number",
    "email": "the address", "phone": "the phone number", "commitment": "a promise",
}  # fmt: skip
CAUGHT, MISSED = "You caught it.", "It slipped through. Nothing was sent."
SECOND = "This was a blind second look at a mail that a colleague had approved. Nothing was sent."


def answered(item: ReviewItem, decision: Decision) -> None:
    """The item is practised. Whoever gave the verdict is measured, whoever it was meant for."""
    plant = Plant.objects.filter(item=item).first()
    if plant:
        plant.reviewer, plant.answered_at = decision.by or plant.reviewer, clock.now()
        plant.caught = _is_caught(plant, decision)
        plant.save(update_fields=["reviewer", "answered_at", "caught"])
    double = Double.objects.filter(shadow=item, closed_at=None).select_related("original").first()
    if double:
        _second(double, decision)


def _is_caught(plant: Plant, decision: Decision) -> bool:
    """Rejected, sent back, or the wrong fact itself was changed."""
    if decision.verb != Verb.EDIT:
        return decision.verb in (Verb.REJECT, Verb.REWRITE)
    before, after = snapshots.get(decision.before), snapshots.get(decision.after)
    found = rewording.judge(before, after).changed_facts
    of_kind = [change for change in found if change.kind == plant.kind]
    if not plant.after:
        return any(change.after == plant.before for change in of_kind)
    return any(change.before == plant.after for change in of_kind)


def _second(double: Double, decision: Decision) -> None:
    """The worse of the two counts. What nobody read says nothing, nor does the first reviewer's
    own second verdict."""
    kind = autonomy.kind_of(decision)
    double.closed_at = clock.now()
    was_read = kind != "unchanged" or not (decision.bulk or dwell.is_too_fast(decision))
    if decision.by and decision.by_id != double.first_by_id and was_read:
        double.second, double.second_by = kind, decision.by
        autonomy.score_second(double.original, kind, by=decision.by)
    double.save(update_fields=["closed_at", "second", "second_by"])


def feedback(item: ReviewItem, *, to: User) -> str:
    """What the reviewer is told once they have decided; "" for an ordinary draft."""
    if item.draft is None or not item.draft.is_planted:
        return ""
    state = ReviewItem.objects.filter(pk=item.pk).values_list("state", flat=True).first()
    if state != State.PRACTISED:
        return ""
    plant = Plant.objects.filter(item=item, reviewer=to).first()
    if plant is None:
        return SECOND
    return f"This was a practice draft: {told(plant)}. {CAUGHT if plant.caught else MISSED}"


def told(plant: Plant) -> str:
    """What was wrong in it, as a sentence goes on."""
    if not plant.before:
        return f"“{plant.after}” was added"
    if not plant.after:
        return f"“{plant.before}” was left out"
    name = NAMES.get(plant.kind, "a fact")
    return f"{name} was changed from {plant.before} to {plant.after}"
