"""Guard 14: nobody has stopped everything, this agent, this class or this account."""

from review.guards.base import Finding, Sight

WHAT = {
    "all": "All sending",
    "agent": "Sending by this agent",
    "class": "Sending of this kind of mail",
    "account": "Sending to this account",
}


def look(sight: Sight) -> Finding | None:
    if not sight.switches:
        return None
    switch = sight.switches[0]
    because = f": {switch.reason}" if switch.reason else ""
    return Finding("kill_switch", f"{WHAT[switch.scope]} is stopped{because}.",
                   "A manager lifts it under Set-up.")  # fmt: skip
