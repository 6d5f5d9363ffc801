"""The form of an agent's page as a browser sends it, and what an answer says."""

import re
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from agents import configs
from agents.configs import Content
from agents.definitions import registry
from agents.models import AgentConfig
from revenue import clock
from review.models import EvidenceEpoch, Lane
from review.setup import agents
from tests.review.accounts import cast
from tests.review.setup.doors import client

AGENT = "outreach"


def latest() -> AgentConfig:
    return agents.latest(AGENT)


def typed(**more: Any) -> dict[str, Any]:
    """The version that runs, with other words."""
    now = latest()
    return {
        "prompt": f"{now.prompt}\nBe brief.", "model": now.model, "temperature": now.temperature,
        "max_tokens": now.max_tokens, "budget": "" if now.budget is None else now.budget,
        "classes": [row.name for row in registry.get(AGENT).classes
                    if row.name not in now.left_out],
        "note": "Shorter mails.", "seen": now.version,
    } | more  # fmt: skip


def press(verb: str, form: dict[str, Any], who: str = "admin", agent: str = AGENT) -> HttpResponse:
    return client(who).post(reverse(f"agent_{verb}", args=[agent]), form)


def looked_at(form: dict[str, Any], agent: str = AGENT) -> dict[str, Any]:
    """The form as the preview gives it back."""
    answer = press("preview", form, agent=agent)
    assert answer.status_code == 200, answer.content.decode()
    [seal] = re.findall(r'name="seal" value="([0-9a-f]{64})"', answer.content.decode())
    return form | {"seal": seal}


def published(prompt: str = "Write plain words.", **more: Any) -> AgentConfig:
    """Another version, by somebody else."""
    return configs.publish(AGENT, prompt=prompt, by=cast.other_admin(), note="Plain words.", **more)


def lane(name: str = "outreach.follow_up", *, units: int = 0, state: str = "review") -> Lane:
    """A lane that is collecting evidence about the version that runs."""
    row = Lane.objects.create(output_class=name)
    row.epoch = EvidenceEpoch.objects.create(
        lane=row, attempt=1, fingerprint="1" * 64, opened_at=clock.now(), count=units
    )
    row.state = state
    row.save()
    return row


def content(**more: Any) -> Content:
    return Content(**({"prompt": "Write.", "budget": Decimal(5)} | more))
