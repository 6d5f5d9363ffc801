"""The agents as a person reads them: who there is, what each may do, what it has cost today."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from agents import budget, configs, llm
from agents.definitions import registry
from agents.definitions.base import OutputClass
from agents.models import AgentConfig, AgentState
from revenue import model_access
from revenue.model_access import Access
from revenue.models import User

PURPOSES = {
    configs.ROUTER: "Chooses who acts next where the rules allow several.",
    configs.READER: "Says which kind of answer a mail is where its words do not settle it.",
}
EARNED = "May go out by itself once that is earned; at least one in {} is still checked."
# What a class may come to, whatever its evidence says (`OutputClass.ceiling`): short, and in full.
CEILINGS = (
    ("always reviewed", "Always reviewed."),
    ("at best one in four checked", EARNED.format("four")),
    ("at best one in twenty checked", EARNED.format("twenty")),
)
SHOWN = 100


@dataclass(frozen=True)
class Member:
    """One of the team, or of the orchestration's own, which has no state and no classes."""

    name: str
    label: str
    purpose: str
    config: AgentConfig
    model: str
    is_offline: bool
    spent: Decimal
    state: AgentState | None
    classes: list[tuple[OutputClass, tuple[str, str], bool]]  # with its ceiling; is it left out

    @property
    def unpriced(self) -> str:
        return unpriced(self.model)

    @property
    def spent_in_words(self) -> str:
        spent = dollars(self.spent) if self.spent else "Nothing"
        limit = self.config.budget
        return spent if limit is None else f"{spent} of {dollars(limit)}"


def dollars(amount: Decimal) -> str:
    """To the cent, or as far as there is something to tell."""
    if not amount or amount >= Decimal("0.01"):
        return f"${amount:,.2f}"
    return f"${amount:.6f}".rstrip("0")


def price(cost: Decimal, *models: str) -> str:
    """What calls cost, in a sentence; `models` are the names that a price was looked for."""
    if not cost:
        return "It cost nothing."
    if not any(map(llm.is_priced, models)):
        return f"No price is known for this model: it counts as {dollars(cost)}."
    return f"It cost {dollars(cost)}."


def unpriced(model: str) -> str:
    """How a model without a price is counted; "" for one that has one."""
    if llm.is_priced(model):
        return ""
    read, _, written = settings.MODEL_PRICE_UNKNOWN
    return (
        f"No price is known for “{model}”. A million tokens count as ${read:g} read and "
        f"${written:g} written, so that budgets stop it rather too early than never."
    )


def members() -> list[Member]:
    """The team in its order, then router and reader."""
    now = {row.agent: row for row in AgentConfig.objects.active()}
    states = {row.agent: row for row in AgentState.objects.all()}
    spent, access = budget.spent_today(), model_access.current()
    names = [*registry.names(), *configs.OWN]
    return [
        _member(name, now[name], states.get(name), spent.get(name, Decimal(0)), access)
        for name in names
        if name in now
    ]


def member(agent: str) -> Member:
    return next(one for one in members() if one.name == agent)


def _member(
    name: str, config: AgentConfig, state: AgentState | None, spent: Decimal, access: Access
) -> Member:
    definition = registry.get(name) if registry.knows(name) else None
    return Member(
        name=name,
        label=registry.label(name),
        purpose=definition.purpose if definition else PURPOSES[name],
        config=config,
        model=access.model if access.is_offline else config.model or access.model,
        is_offline=access.is_offline,
        spent=spent,
        state=state,
        classes=[
            (row, CEILINGS[row.ceiling], row.name in config.left_out)
            for row in (definition.written if definition else ())
        ],
    )


def versions(agent: str) -> list[tuple[AgentConfig, str]]:
    """The latest first, each with its author."""
    rows = list(AgentConfig.objects.filter(agent=agent).order_by("-version")[:SHOWN])
    people = User.objects.in_bulk({pk for row in rows if (pk := _person(row))})
    return [(row, str(people.get(_person(row), "Countersign"))) for row in rows]


def author(config: AgentConfig) -> str:
    return str(User.objects.filter(pk=_person(config)).first() or "Countersign")


def _person(config: AgentConfig) -> int:
    kind, _, number = config.created_by.partition(":")
    return int(number) if kind == "user" and number.isdecimal() else 0
