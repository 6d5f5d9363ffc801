"""Twenty people decide the same things, two at the same moment, over HTTP; what must hold then.

A short one is played by `tests/races`, a long one against the served product by `tests/bench`.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.db import connection
from django.urls import reverse

from revenue import clock
from revenue.models import User
from review import dispatch
from review.models import Decision, OutboxMessage, ReviewItem
from tests import factories

PEOPLE = 20
PATIENCE = 60
BODY = "Hi Yara,\n\nStill?\n\nPat"
# What the two of a pair want, in turn.
WISHES = (("approve", "edit"), ("edit", "approve"), ("approve", "reject"), ("reject", "approve"))
Fields = dict[str, object]
Post = Callable[[str, Fields], tuple[int, str]]


@dataclass(frozen=True)
class Answer:
    """What one of two was told, in how many seconds."""

    item: int
    who: User
    status: int
    words: str
    seconds: float

    @property
    def has_won(self) -> bool:
        return self.status == 204


@dataclass
class Duel:
    """One item, two people and what each wants; they meet at the barrier."""

    item: ReviewItem
    places: tuple[int, int]
    wishes: tuple[str, str]
    barrier: threading.Barrier


def managers(count: int = PEOPLE) -> list[User]:
    """Of one team, so that each may decide everything; what they approve leaves at once."""
    return [
        factories.UserFactory(username=f"judge{number}", role="manager", undo_seconds=0)
        for number in range(count)
    ]


def fought(people: Sequence[User], posts: Sequence[Post], items: list[ReviewItem]) -> list[Answer]:
    """All answers. Everybody meets everybody, in the order of the items, so that nobody waits for
    somebody who waits."""
    duels = list(_duels(items, len(people)))
    with ThreadPoolExecutor(len(people)) as everybody:
        answers = everybody.map(lambda place: _all_of(place, people, posts, duels),
                                range(len(people)))  # fmt: skip
        return [answer for own in answers for answer in own]


def _duels(items: list[ReviewItem], count: int) -> Iterator[Duel]:
    """The rounds of a tournament, one after the other, over and over."""
    pairs = [pair for turn in range(count - 1) for pair in _round(turn, count)]
    for number, item in enumerate(items):
        wishes = WISHES[number % len(WISHES)]
        yield Duel(item, pairs[number % len(pairs)], wishes, threading.Barrier(2))


def _round(turn: int, count: int) -> Iterator[tuple[int, int]]:
    """Who meets whom: the last stays, the others go round."""
    ring = count - 1
    yield turn % ring, ring
    for step in range(1, count // 2):
        yield (turn + step) % ring, (turn - step) % ring


def _all_of(
    place: int, people: Sequence[User], posts: Sequence[Post], duels: list[Duel]
) -> list[Answer]:
    mine = [duel for duel in duels if place in duel.places]
    try:
        return [_answer(duel, place, people[place], posts[place]) for duel in mine]
    finally:
        connection.close()  # this thread's own


def _answer(duel: Duel, place: int, who: User, post: Post) -> Answer:
    wish = duel.wishes[duel.places.index(place)]
    path, fields = reverse(f"item_{wish}", args=[duel.item.pk]), _fields(duel.item, wish)
    duel.barrier.wait(PATIENCE)
    start = time.perf_counter()
    status, words = post(path, fields)
    return Answer(duel.item.pk, who, status, words, time.perf_counter() - start)


def _fields(item: ReviewItem, wish: str) -> Fields:
    seen = {"revision": 1, "context_hash": item.draft.context_hash, "dwell_ms": 4000}
    more: dict[str, Fields] = {
        "edit": {"subject": item.draft.subject, "body": BODY}, "reject": {"reason": "tone"},
    }  # fmt: skip
    return seen | more.get(wish, {})


def send_all(senders: int = 2) -> None:
    """Everything that is due, by several senders that try for the same messages."""

    def send() -> None:
        try:
            while OutboxMessage.objects.due(clock.now()).exists():
                dispatch.send_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(senders) as all_of_them:
        for sender in [all_of_them.submit(send) for _ in range(senders)]:
            sender.result()


# --- what must hold -------------------------------------------------------------------------------


def lost(answers: list[Answer]) -> list[str]:
    """Items that are not decided once, by whoever was told so, with the one mail that follows."""
    winners = {answer.item: answer.who.pk for answer in answers if answer.has_won}
    ids = {answer.item for answer in answers}
    made = Decision.objects.filter(item__in=ids, undone_at=None, verb__in=Decision.TERMINAL)
    rows = list(made.values_list("item", "by", "verb"))
    times = Counter(item for item, _, _ in rows)
    found = [f"item {pk}: {times[pk]} decisions" for pk in ids if times[pk] != 1]
    found += [f"item {item}: not by its winner" for item, by, _ in rows if winners.get(item) != by]
    live = OutboxMessage.objects.filter(item__in=ids).exclude(state="cancelled")
    mails = Counter(live.values_list("item", flat=True))
    wanted = {item: int(verb != "reject") for item, _, verb in rows}
    return found + [f"item {pk}: {mails[pk]} mails" for pk in ids if mails[pk] != wanted.get(pk)]


def untold(answers: list[Answer]) -> list[str]:
    """Losers who were not told 409 and who was first."""
    winners = {answer.item: answer.who for answer in answers if answer.has_won}
    return [
        f"item {one.item}: {one.status} {one.words[:200]}"
        for one in answers
        if not one.has_won and (one.status != 409 or f"{winners.get(one.item)} " not in one.words)
    ]


def sent_amiss(recipients: list[str]) -> list[str]:
    """Mails that the mail server got not at all, or twice, and ones that do not say that they left;
    every mail has a reader of its own."""
    rows = OutboxMessage.objects.exclude(state="cancelled").values_list("recipient", "state")
    times = Counter(recipients)
    found = [f"{state} mail to {email}, which came {times[email]} times"
             for email, state in rows if (times[email], state) != (1, "sent")]  # fmt: skip
    return found + [
        f"{email}: nobody approved it" for email in times.keys() - {row[0] for row in rows}
    ]
