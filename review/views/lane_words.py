"""How a lane reads: its state, its figures with what each means, when it may unlock."""

import math
from dataclasses import dataclass

from django.urls import reverse

from agents.definitions import registry
from agents.models import AgentConfig
from revenue import segments, switches
from review import autonomy, evidence
from review.autonomy import Standing, machine, missed
from review.autonomy.standing import FEW
from review.models import Lane

TONES = {"review": "", "auto": "ok", "tightened": "warn", "paused": "info"}
NEVER = "It cannot come at this rate"


@dataclass(frozen=True)
class Figure:
    """One number, and in plain words what it says. `share` of 100 where it is on its way."""

    label: str
    value: str
    means: str
    more: str = ""
    share: int | None = None
    tone: str = ""


def state(lane: Lane) -> str:
    return "Split by segment" if lane.is_split else lane.get_state_display()


def link(lane: Lane, name: str = "lane") -> str:
    return reverse(name, args=lane.place)


def short(lane: Lane) -> str:
    """Its name on a page that names the class above it."""
    return segments.label(lane.segment) if lane.segment else autonomy.class_label(lane.output_class)


def plain(number: float) -> str:
    """ "7.4", "132", "1,240": as many digits as say something."""
    if 0 < number < 0.1:
        return "under 0.1"
    return f"{number:,.1f}".removesuffix(".0") if number < 100 else f"{number:,.0f}"


def share_checked(lane: Lane, audits: int) -> str:
    """ "1 in 10": how many are held for an audit, after so many."""
    found = machine.audited(lane.tolerated, autonomy.ceiling(lane.output_class), audits)
    return f"1 in {1 / found:.3g}"


def shares_checked(lane: Lane) -> str:
    """The same of the whole time after a promotion."""
    later, early = share_checked(lane, machine.EARLY_AUDITS), share_checked(lane, 0)
    if early == later:
        return later
    return f"{later} ({early} until {machine.EARLY_AUDITS} were checked)"


def rule(found: Standing) -> str:
    """The whole of it, in one sentence."""
    target, shares = autonomy.percent(found.target), shares_checked(found.lane)
    return (
        f"A class unlocks only when its reviewed drafts beat your {target} target by more than "
        f"luck can explain (odds {plain(found.needed)} to 1, however often anyone looks); then "
        f"{shares} is still checked at random, any serious miss brings full review back until "
        f"{machine.RUN} in a row are clean, and a run of misses revokes it."
    )


def days(number: float) -> str:
    return f"{plain(number)} account day{'' if number == 1 else 's'}"


def coming(found: Standing) -> str:
    """How much more has to be reviewed, and how long that takes at this volume."""
    if found.lane.state in Lane.FREE:
        return "It is automatic"
    if not found.remaining:
        return "The evidence is there" if found.may_promote else "Enough has been reviewed"
    if math.isinf(found.remaining):
        return NEVER
    if math.isinf(found.weeks):
        return f"About {days(found.remaining)} more; {_none_came(found)}"
    return f"About {days(found.remaining)} more, {weeks(found.weeks)} at this volume"


def _none_came(found: Standing) -> str:
    if not found.lane.verdicts:
        return "none reviewed so far"
    return "none came in four weeks, so it cannot come at this rate"


def weeks(number: float) -> str:
    if number < 1:
        return "less than a week"
    if math.isinf(number):
        return "for ever"
    if number < 104:
        return f"{math.ceil(number)} week{'' if math.ceil(number) == 1 else 's'}"
    return f"{number / 52:.0f} years"


def why_never(found: Standing) -> str:
    """Of a lane that does not come at this rate: what would have to be otherwise."""
    rate, target = autonomy.percent(found.rate), autonomy.percent(found.adjusted)
    return f"Its reviews score {rate} so far and have to be clearly above {target}."


def on_the_way(value: float, goal: float) -> int:
    """Both multiply with each review, so their way is measured by the logarithm."""
    return max(0, min(100, round(100 * math.log(max(value, 1.0)) / math.log(goal))))


def figures(found: Standing, *, audits_due: int) -> list[Figure]:
    lane = found.lane
    return [
        _proven(found), _bar(found), _evidence(found), _collected(found), _remaining(found),
        _meter(lane), _audits(lane, audits_due), _too_fast(found),
    ]  # fmt: skip


def _proven(found: Standing) -> Figure:
    loss = 1 - found.lane.minor_loss
    return Figure(
        "Proven score", autonomy.percent(math.floor(found.proven * 1000) / 1000),
        f"The true score lies above this, at odds of {plain(evidence.ODDS)} to 1. Few reviews "
        f"prove little, so it begins low. Sent as it was counts 1, a change of wording {loss:g}, a "
        "changed fact or a rejection 0.",
        more=f"{autonomy.percent(found.rate)} on average" if found.units else "Nothing reviewed",
    )  # fmt: skip


def _bar(found: Standing) -> Figure:
    target, adjusted = autonomy.percent(found.target), autonomy.percent(found.adjusted)
    return Figure(
        "Has to beat", adjusted,
        f"Your target is {target}. People overlook errors: {_missed(found.missed)}. So that what "
        f"really leaves reaches {target}, the reviewed drafts have to beat {adjusted}.",
        more=f"for a target of {target}",
    )  # fmt: skip


def _missed(share: float) -> str:
    if share == missed.UNKNOWN:
        return f"{autonomy.percent(share)} of them are supposed until {missed.ENOUGH} planted " \
            "errors tell"  # fmt: skip
    return f"at most {autonomy.percent(share)} of them here, as planted errors show"


def _evidence(found: Standing) -> Figure:
    return Figure(
        "Evidence", f"{plain(found.w)} of {plain(found.needed)}",
        f"How many to one the odds are that {autonomy.percent(found.adjusted)} is beaten by more "
        "than luck. Clean reviews raise it, misses lower it. It stays honest however often "
        f"anyone looks. {plain(found.needed)} unlocks it now; after each demotion, and at another "
        "cost of a change of wording, twice as much.",
        share=on_the_way(found.w, found.needed),
    )  # fmt: skip


def _collected(found: Standing) -> Figure:
    return Figure(
        "Account days reviewed", f"{found.units:,}",
        "Drafts to one account on one day resemble each other, so together they are one piece of "
        "evidence. It counts once the day is over and none of them waits. Drafts approved many "
        "at once count for nothing.",
        more=f"at least {machine.UNITS} are needed",
        share=min(100, round(100 * found.units / machine.UNITS)),
    )  # fmt: skip


def _remaining(found: Standing) -> Figure:
    free = found.lane.state in Lane.FREE
    never = math.isinf(found.remaining) and not free
    value = "Cannot come" if never else plain(found.remaining)
    if never:
        more = why_never(found)
    elif math.isinf(found.weeks):
        more = _none_came(found)
    else:
        more = f"{weeks(found.weeks)} at this volume" if found.remaining else ""
    return Figure(
        "Still needed", "–" if free else value,
        f"Account days until it may unlock, {_goes_by(found)}. The last {machine.RUN} have to be "
        "clean. The volume is that of the last four weeks"
        f"{f', {plain(found.volume)} a week' if found.volume else ''}.",
        more="" if free else more, tone="warn" if never else "",
    )  # fmt: skip


def _goes_by(found: Standing) -> str:
    if found.units >= FEW:
        return "if it goes on as it did"
    return f"as if {plain(100 * found.expected)} of 100 were good, until {FEW} are there"


def _meter(lane: Lane) -> Figure:
    runs, limit = lane.state in Lane.FREE, plain(evidence.LIMIT)
    return Figure(
        "Alarm meter", f"{plain(lane.meter)} of {limit}" if runs else "Off",
        "It runs once the class is automatic. Each miss pushes it up, each clean check lets it "
        f"fall back towards 1. At {limit} the class is reviewed again, before the next draft "
        "leaves.",
        more="" if runs else "runs when it is automatic",
        share=on_the_way(lane.meter, evidence.LIMIT) if runs else None,
        tone="warn" if runs and lane.meter >= evidence.LIMIT / 2 else "",
    )  # fmt: skip


def _audits(lane: Lane, due: int) -> Figure:
    return Figure(
        "Audits due", str(due),
        "Drafts of an automatic class that were drawn at random and wait for a person. They look "
        "like any other. When more than one in ten waits for over a day, every draft of the "
        "class is held.",
        more=_checked_now(lane),
    )  # fmt: skip


def _checked_now(lane: Lane) -> str:
    if lane.state == Lane.State.TIGHTENED:
        return "each draft is held for now"
    return f"{share_checked(lane, lane.audits)} is checked" if lane.state in Lane.FREE else ""


def _too_fast(found: Standing) -> Figure:
    return Figure(
        "Skipped as too fast", f"{found.skipped:,}",
        "Approved in less time than anybody takes to read them (950 words a minute). They left, "
        "and count for nothing.",
    )  # fmt: skip


def stopped(lane: Lane) -> bool:
    """Whether a switch stops sending of the whole class."""
    agent = registry.owner(lane.output_class).name
    return switches.stopped_by(agent, lane.output_class, 0) is not None


def is_left_out(lane: Lane) -> bool:
    """Whether its agent's version may not write it just now."""
    agent = registry.owner(lane.output_class).name
    config = AgentConfig.objects.active().filter(agent=agent).first()
    return config is not None and lane.output_class in config.left_out
