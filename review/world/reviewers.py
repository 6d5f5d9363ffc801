"""Simulated reviewers: each reads at their pace, sees a wrong fact with their care, and decides.

They decide by the desk's own verbs. What they answer to a question that came without a draft is
in `sellers`, who do the work that the answer names.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from revenue import clock
from revenue.models import User
from review import decisions
from review.decisions import Conflict, DecisionError
from review.models import Decision, EscalationVerdict, Plant, ReviewItem, State
from review.world.model import Flaw, Model
from review.world.plan import Habits, Plan

GLANCE = 4.0  # seconds beyond reading
OTHER_WORDS = ("Best regards,", "Kind regards,", "Regards,", "Best wishes,", "Hi ", "Hello")
NOT_WRONG = ("bad_timing", "tone", "not_needed")


@dataclass
class Reviewer:
    """A person of the desk with their habits. `seen` counts what they decided: all drafts, those
    that were wrong (`flawed`), of these what they did not let through (`caught`), and of those
    what they would have, but for a guard (`guarded`); and what a guard did not let through though
    it was right (`doubted`)."""

    user: User
    habits: Habits
    plan: Plan
    model: Model
    seen: Counter[str] = field(default_factory=Counter)

    def reading_time(self, item: ReviewItem) -> timedelta:
        """How long they look at it before they decide."""
        words = len(item.draft.body.split()) if item.draft else 30
        noise = self._chance(item, "dwell").lognormvariate(0, 0.25)
        return timedelta(seconds=GLANCE + words / self.habits.pace * 60 * noise)

    def decide(self, item: ReviewItem) -> Decision | None:
        """On a draft that waits for them; nothing when it is put off."""
        flaw, chance = self._flaw(item), self._chance(item, "verdict")
        if Plant.objects.filter(item=item).exists():
            return self._practise(item, chance)
        self.seen["drafts"] += 1
        self.seen["flawed"] += bool(flaw)
        if flaw and chance.random() < self.habits.care:
            self.seen["caught"] += 1
            return self._correct(item, flaw, chance)
        try:
            return self._let_through(item, flaw, chance)
        except Conflict:
            raise
        except DecisionError:  # a guard sees what they overlooked
            self.seen["caught"] += bool(flaw)
            self.seen["guarded" if flaw else "doubted"] += 1
            return self._reject(item, "wrong_fact")

    def _practise(self, item: ReviewItem, chance: Random) -> Decision:
        """As careful as ever, for nobody told them; not among what the model got wrong."""
        if chance.random() < self.habits.care:
            return self._reject(item, "wrong_fact")
        return self._approve(item)

    def regrets(self, item: ReviewItem) -> bool:
        """Whether they take back what they just decided; not twice."""
        if self._chance(item, "regret").random() >= self.habits.undoes:
            return False
        return not item.decisions.exclude(undone_at=None).exists()

    def _flaw(self, item: ReviewItem) -> Flaw | None:
        flaw = self.model.flaws.get(item.account.name)
        return flaw if flaw and flaw.body == decisions.text_of(item)[1] else None

    def _chance(self, item: ReviewItem, what: str) -> Random:
        turn = item.revision, item.state_since.isoformat()
        return self.plan.draw(what, item.account.name, self.user.username, *turn)

    def _correct(self, item: ReviewItem, flaw: Flaw, chance: Random) -> Decision:
        if chance.random() < 0.5:
            return self._reject(item, "wrong_person" if flaw.kind == "name" else "wrong_fact")
        subject, _ = decisions.text_of(item)
        return decisions.approve_edited(
            item, subject=subject, body=flaw.corrected, verdict=self._verdict(item),
            **self._common(item),
        )  # fmt: skip

    def _let_through(self, item: ReviewItem, flaw: Flaw | None, chance: Random) -> Decision | None:
        luck, habits = chance.random(), self.habits
        if flaw:
            return self._approve(item, vouched=[flaw.wrong])
        for share, act in (
            (habits.edits, self._reword), (habits.rejects, self._reject_by_taste),
            (habits.rewrites, self._ask_again), (habits.snoozes, self._put_off),
        ):  # fmt: skip
            if luck < share:
                return act(item, chance)
            luck -= share
        return self._approve(item)

    def _approve(self, item: ReviewItem, *, vouched: list[str] | None = None) -> Decision:
        return decisions.approve(
            item, vouched=vouched or [], verdict=self._verdict(item), **self._common(item)
        )

    def _reword(self, item: ReviewItem, chance: Random) -> Decision:
        subject, body = decisions.text_of(item)
        there = next((words for words in OTHER_WORDS if words in body), "")
        other = "Hello " if there == "Hi " else "Many greetings,"
        return decisions.approve_edited(
            item, subject=subject, body=body.replace(there, other, 1) if there else body,
            verdict=self._verdict(item), **self._common(item),
        )  # fmt: skip

    def _reject_by_taste(self, item: ReviewItem, chance: Random) -> Decision:
        return self._reject(item, chance.choice(NOT_WRONG))

    def _reject(self, item: ReviewItem, reason: str) -> Decision:
        return decisions.reject(
            item, reason=reason, verdict=self._verdict(item), **self._common(item)
        )

    def _ask_again(self, item: ReviewItem, chance: Random) -> Decision | None:
        decisions.request_rewrite(
            item, by=self.user, revision=item.revision, note="Shorter, and a little warmer."
        )
        return None

    def _put_off(self, item: ReviewItem, chance: Random) -> Decision | None:
        if item.state == State.PENDING:
            until = clock.now() + timedelta(hours=chance.randint(3, 48))
            decisions.snooze(item, by=self.user, revision=item.revision, until=until)
        return None

    def _common(self, item: ReviewItem) -> dict[str, Any]:
        dwell = self.reading_time(item).total_seconds() * 1000
        hashed = item.draft.context_hash if item.draft else None
        return {"by": self.user, "revision": item.revision, "dwell_ms": int(dwell),
                "context_hash": hashed}  # fmt: skip

    def _verdict(self, item: ReviewItem) -> str:
        waited = item.state == State.ESCALATED
        return EscalationVerdict.RIGHTLY_MINE if waited else ""
