"""Ends the process that it lives in by SIGKILL, at the boundary that a test has ordered.

`tests.kills.settings` brings it into the web server, the worker and the tick; the product does not
know it. A station is a function that the story passes. Within it there are boundaries: before each
SQL statement, before and after each commit. An order is a file for one role; whoever meets its
boundary takes it away and dies, so that the process that comes after lives.

An order without a boundary kills nobody: it tells how many there are at its station.
"""

import functools
import importlib
import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

Whose = Callable[..., Iterable[object]]

# Station: where the function stands, and whom one passage of it concerns.
STATIONS: dict[str, tuple[str, str, Whose]] = {
    "request": (
        "django.core.handlers.base:BaseHandler",
        "get_response",
        lambda _, request: [request.get_full_path()],
    ),
    "job": ("review.setup.jobs", "_slice", lambda claim, **_: [claim.batch.pk]),
    "step": ("agents.orchestration.engine", "step_many", lambda ids: ids),
    "route": ("review.intake", "route_due", lambda **_: _unrouted()),
    "send": ("review.dispatch", "send", lambda message_id: [message_id]),
}
DRAFTS = "agents.models.runs:DraftQuerySet"
STATEMENT, COMMIT, COMMITTED = "statement", "commit", "committed"
WHOLE = 600.0  # seconds that an import of one account never takes


class Hook(AppConfig):
    name = "tests.kills"

    def ready(self) -> None:
        folder = os.environ.get("KILLS_FOLDER")
        if folder:
            importlib.import_module("review.practice.planting").CHANCE = 0.0
            _watch(Path(folder), role())


def role() -> str:
    """What this process is, by the command that `serve` starts it with."""
    if "gunicorn" in sys.argv[0]:
        return "web"
    return {"qcluster": "worker"}.get(sys.argv[1], sys.argv[1])


class Passage(threading.local):
    """The ordered passage that this thread is in, if any: what was met, and where it ends."""

    order: dict[str, Any] | None = None

    def begin(self, order: dict[str, Any]) -> None:
        self.order, self.met = order, Counter()

    def meet(self, boundary: str) -> None:
        if self.order is None:
            return
        self.met[boundary] += 1
        if (boundary, self.met[boundary]) == (self.order["boundary"], self.order["nth"]):
            self.end(dies=True)

    def end(self, *, dies: bool) -> None:
        order, self.order = self.order, None
        if order is None or not _taken(Path(order["path"])):
            return
        told = {"at": time.time(), "died": dies, "process": os.getpid(), "met": self.met}
        partial = Path(order["path"] + "-telling")
        partial.write_text(json.dumps(told))
        partial.rename(order["path"] + "-done")
        if dies and order["alone"]:
            os.kill(os.getpid(), signal.SIGKILL)
        if dies:
            os.killpg(os.getpgrp(), signal.SIGKILL)


def _taken(order: Path) -> bool:
    try:
        order.unlink()
    except FileNotFoundError:
        return False
    return True


passage = Passage()


def _statement(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
    passage.meet(STATEMENT)
    return execute(sql, params, many, context)


def _watch(folder: Path, who: str) -> None:
    orders, sight = folder / f"order-{who}", folder / f"sight-{who}"
    for name, (place, function, whose) in STATIONS.items():
        _wrap(place, function, lambda was, n=name, w=whose: _station(was, n, w, orders))
    _wrap("agents.orchestration.triggers", "due", lambda due: _looking(due, sight))
    _wrap("review.setup.jobs", "work", lambda work: _importing(work, sight))
    _wrap(DRAFTS, "unrouted", lambda unrouted: _seeing(unrouted, sight))
    BaseDatabaseWrapper.commit = _committing(BaseDatabaseWrapper.commit)


def _wrap(place: str, name: str, wrapper: Callable[[Any], Any]) -> None:
    module, _, part = place.partition(":")
    owner = importlib.import_module(module)
    owner = getattr(owner, part) if part else owner
    setattr(owner, name, wrapper(getattr(owner, name)))


def _station(function: Any, name: str, whose: Whose, orders: Path) -> Any:
    @functools.wraps(function)
    def passed(*args: Any, **options: Any) -> Any:
        order = _read(orders)
        if order is None or order["station"] != name:
            return function(*args, **options)
        if order["whom"] not in [str(one) for one in whose(*args, **options)]:
            return function(*args, **options)
        passage.begin(order | {"path": str(orders)})
        try:
            with connection.execute_wrapper(_statement):
                answer = function(*args, **options)
            # Not so many statements this time: then here. Not so many commits: somebody else was
            # quicker, and the order stands for the next.
            if order["boundary"] in ("", STATEMENT):
                passage.end(dies=bool(order["boundary"]))
            return answer
        finally:
            passage.order = None

    return passed


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return None


def _committing(commit: Any) -> Any:
    def committing(self: BaseDatabaseWrapper) -> None:
        passage.meet(COMMIT)
        commit(self)
        passage.meet(COMMITTED)

    return committing


def _looking(due: Any, sight: Path) -> Any:
    """Accounts out of sight are another process's: as if this one had not looked yet."""

    def looking(**options: Any) -> list[int]:
        found = due(**options)
        only, without, _ = _sight(sight)  # read after: an account is held before it is due
        return [pk for pk in found if pk not in without and only in (None, pk)]

    return looking


def _seeing(unrouted: Any, sight: Path) -> Any:
    def seeing(drafts: Any) -> Any:
        only, without, _ = _sight(sight)
        seen = unrouted(drafts).exclude(account__in=without)
        return seen if only is None else seen.filter(account=only)

    return seeing


def _importing(work: Any, sight: Path) -> Any:
    """In one slice, however slow the machine: its commits are counted within one passage."""
    return lambda **_: work(seconds=WHOLE) if _sight(sight)[2] else 0


def _sight(path: Path) -> tuple[int | None, list[int], bool]:
    told = _read(path) or {"only": None, "without": [], "imports": True}
    return told["only"], told["without"], told["imports"]


def _unrouted() -> Iterable[int]:
    drafts = importlib.import_module("agents.models").Draft.objects
    return drafts.unrouted().values_list("account", flat=True)
