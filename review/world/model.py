"""The scripted model: the offline writer, which now and then gets one fact wrong.

A transport under the real client, so that everything above the wire is the code that runs in
earnest. A wrong fact is another product of the catalogue, another month, or another name in the
greeting. `Flaw` keeps what would have been right: reviewers look it up, nobody else does.
"""

import json
import re
from calendar import month_name
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx2

from agents import offline
from review.world.plan import Plan

NAME = "simulated writer"
MONTHS = [name for name in month_name if name]
MONTH = re.compile(rf"\b({'|'.join(MONTHS)})\b(?= \d)")
GREETED = re.compile(r"(?<=^Hi )[^,\n]+(?=,)")
STRANGERS = ("Morgan", "Dieter", "Ulrika", "Basil", "Corinne")


@dataclass(frozen=True)
class Flaw:
    """`wrong` stands where `right` should, in `body`, which would be `corrected`."""

    kind: str
    wrong: str
    body: str
    corrected: str


class Model(httpx2.AsyncBaseTransport):
    """`flaws` are those of the latest draft of each account, by its name: one voice, one draft."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.flaws: dict[str, Flaw] = {}
        self.written: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        body = json.loads(await request.aread())
        said = offline.answer(body) | {"model": NAME}
        if _asked_for(body) == "OutreachOutput":
            self._write(said["choices"][0]["message"], json.loads(body["messages"][1]["content"]))
        return httpx2.Response(200, json=said, request=request)

    def _write(self, message: dict[str, Any], packet: dict[str, Any]) -> None:
        """The answer as it is, or with its mail got wrong."""
        output = json.loads(message["content"])
        if output["decision"] != "act":
            return
        account, kind = _account(packet), output["output_class"]
        self.flaws.pop(account, None)
        self.written[kind] += 1
        step = len(packet.get("thread", [])), len(str(packet.get("rewrite", "")))
        chance = self.plan.draw("model", account, packet["task"]["today"], kind, *step)
        if chance.random() >= self.plan.errors.get(kind, 0.0):
            return
        flaw = spoilt(output["body_text"], packet, chance)
        if flaw:
            self.wrong[kind] += 1
            self.flaws[account] = flaw
            message["content"] = json.dumps(output | {"body_text": flaw.body})


def _asked_for(body: dict[str, Any]) -> str:
    return str(body["response_format"]["json_schema"]["name"])


def _account(packet: dict[str, Any]) -> str:
    handed = packet.get("handoff", {}).get("context", {}).get("account") or {}
    return str((packet.get("account") or handed).get("name", ""))


def spoilt(body: str, packet: dict[str, Any], chance: Random) -> Flaw | None:
    """The first of the ways, in an order by chance, that this mail can be got wrong."""
    ways = [_other_product, _other_product, _other_month, _other_name]
    chance.shuffle(ways)
    return next((flaw for way in ways if (flaw := way(body, packet, chance))), None)


def _other_product(body: str, packet: dict[str, Any], chance: Random) -> Flaw | None:
    names = sorted(str(row["name"]) for row in packet.get("products", []))
    there = [name for name in names if name in body]
    others = [name for name in names if name not in body]
    if not there or not others:
        return None
    right, wrong = there[0], chance.choice(others)
    return Flaw("product", wrong, body.replace(right, wrong), body)


def _other_month(body: str, packet: dict[str, Any], chance: Random) -> Flaw | None:
    found = MONTH.search(body)
    if not found:
        return None
    wrong = chance.choice([name for name in MONTHS if name != found[0]])
    return Flaw("date", wrong, body[: found.start()] + wrong + body[found.end() :], body)


def _other_name(body: str, packet: dict[str, Any], chance: Random) -> Flaw | None:
    found = GREETED.search(body)
    if not found:
        return None
    wrong = chance.choice([name for name in STRANGERS if name != found[0]])
    return Flaw("name", wrong, GREETED.sub(wrong, body), body)
