"""The history of many decisions: found, and taken out whole."""

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse

from revenue import clock, snapshots
from review.models import Decision
from tests.bench import scene
from tests.bench.figures import cpu, peak_mb, report, timed
from tests.bench.pages import Pages
from tests.bench.sizes import Size

ACCOUNTS = 2_000
EDITED = 5  # one in so many
EXPORT = 10  # seconds for 100,000 rows


def run(size: Size) -> None:
    scene.company()
    rep, other = scene.rep(), scene.rep("colleague")
    book = scene.book(ACCOUNTS, owner=rep)
    scene.decided(scene.book(20, owner=other), 20, by=other)
    scene.decided(book, size.decided, by=rep)
    give_texts(book)
    scene.settle_statistics()
    browser, first = Pages(rep), reverse("history")
    for name, address in {
        "history page, first": first,
        "history page, filtered": asked(verb="approve_edited", person=rep.pk, since=yesterday()),
        "history page, far back": asked(after=Decision.objects.filter(by=rep).earliest("at").pk),
    }.items():
        browser.tell(name, address, size.samples, most=200, decided=size.decided)
    # Reads every subject there is, so it grows with them.
    browser.tell("history page, a search that finds nothing", asked(q="no subject has this"),
                 size.samples, most=1000, decided=size.decided)  # fmt: skip
    few = Pages(other)
    few.tell("history page of somebody with 20 decisions", first, size.samples, most=200,
             decided=size.decided)  # fmt: skip
    for words, form in {"": {}, ", with the texts": {"texts": "on"}}.items():
        taken_out(browser, words, form, rows=size.decided)


def asked(**query: object) -> str:
    return f"{reverse('history')}?{urlencode(query)}"


def yesterday() -> str:
    return f"{clock.now() - timedelta(days=1):%Y-%m-%d}"


@transaction.atomic
def give_texts(book: list[int]) -> None:
    """A text of its own before the decisions of each account, after one in five another."""
    for account in book:
        was = f"GTX Pro beside your GTX Basic\n{scene.BODY}\n{account}"
        is_edited = account % EDITED == 0
        before, after = snapshots.put_many([was, f"{was}\n- in May" if is_edited else was])
        Decision.objects.filter(item__account=account).update(
            verb="approve_edited" if is_edited else "approve", before=before, after=after,
            dwell_ms=4000,
        )  # fmt: skip


def taken_out(browser: Pages, words: str, form: dict[str, str], *, rows: int) -> None:
    """The whole of it as it is sent, portion by portion; what is held of it at once."""
    before, used = peak_mb(), cpu()
    took = timed(lambda: sum(map(len, export(browser, form))))
    report(
        f"export of {rows:,} decisions{words}", took, "s", n=1, most=EXPORT * rows / 100_000,
        cpu=cpu() - used, more_mb=peak_mb() - before, profile=lambda: list(export(browser, form)),
    )  # fmt: skip


def export(browser: Pages, form: dict[str, str]) -> Iterable[bytes]:
    return browser.client.post(reverse("history_export"), form)
