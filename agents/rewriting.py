"""Write a draft again, because a rep asked for other words."""

from dataclasses import replace

from agents import configs, packets, runtime
from agents.definitions import registry
from agents.models import AgentRun, Draft
from agents.reading import Shelf
from revenue import clock, context, locks, transactions


def rewrite(draft: Draft, *, note: str) -> runtime.Result:
    """Write a draft again with a rep's note, under the voice that its item holds."""
    definition = registry.get(draft.agent)
    mandate = {
        "do": "Write this mail again as the note asks.",
        "note": note,
        "output_class": draft.output_class,
        "supersedes": draft.pk,
        "in_reply_to": draft.in_reply_to_id,
        "contact_id": f"contact:{draft.contact_id}",
    }
    with transactions.atomic():
        account = locks.account(draft.account_id)
        if AgentRun.objects.filter(account=account, state="running", parent=None).exists():
            return runtime.Result("failed", "Another agent is at work on this account.")
        config = configs.active(draft.agent)
        if config is None:
            return runtime.Result("failed", f"{definition.label} is switched off.")
        if draft.output_class in config.left_out:
            return runtime.Result("failed", f"{definition.label} may not write this class now.")
        seen = context.contexts([account])[account.pk]
        shelf = Shelf([seen], now=clock.now())
        reader = packets.reader_for(seen, shelf, signals=[], handoff=draft.handoff)
        opening = runtime.prepare(
            reader, definition, mandate=mandate, handoff=draft.handoff, rewrites=draft
        )
        [refusal] = runtime.reserve([opening])
        if refusal:
            return runtime.Result("failed", refusal.reason)
        # The voice stays with the item that waits for the new draft.
        [work] = runtime.open_runs([replace(opening, is_outward=False)], [None])
    [answer] = runtime.answers([work])
    with transactions.atomic():
        [result] = runtime.finish([(work, answer)])
    return result
