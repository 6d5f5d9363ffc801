"""Twenty people decide the same things over the web server as it is served; then all of it leaves.

On PostgreSQL alone: SQLite has one writer, and nobody serves twenty people from it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test import override_settings

from revenue.models import User
from tests import smtp
from tests.bench import scene, web
from tests.bench.figures import report, report_p95, timed
from tests.bench.sizes import Size
from tests.races import contest

TOLD = 2.0  # seconds until the loser knows


def run(size: Size) -> None:
    if connection.vendor != "postgresql":
        return
    scene.company()
    people = contest.managers()
    book = scene.book(size.contested // 2, owner=scene.rep())
    items = [scene.on_the_desk(pk) for pk in book]
    with web.serving() as (port, _):
        posts = [post_of(port, one) for one in people]
        first = contest.fought(people, posts, items[: len(people)])  # they warm the server up
        then = contest.fought(people, posts, items[len(people) :])
    answers, losers = first + then, [one.seconds for one in then if not one.has_won]
    told(contest.lost(answers), "contested decisions lost or taken twice", n=len(answers))
    told(contest.untold(answers), "losers who were not told who was first", n=len(answers) // 2)
    report("the slowest that a loser was told", max(losers), "s", n=len(losers), most=TOLD)
    report_p95("decision POST, contested by two", [one.seconds for one in then])
    with mail_server() as sink:
        took = timed(contest.send_all)
    told(contest.sent_amiss(sink.recipients), "approved mails sent twice or not at all",
         n=len(sink.recipients), seconds=took)  # fmt: skip


def told(found: list[str], name: str, *, n: int, **more: object) -> None:
    report(name, len(found), "", n=n, most=0, **more, first=found[:3])


def post_of(port: int, person: User) -> contest.Post:
    browser = web.Browser(port, person)
    return lambda path, fields: browser.answer(path, **fields)


@contextmanager
def mail_server() -> Iterator[smtp.Sink]:
    with smtp.serving() as sink, override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST=sink.host, EMAIL_PORT=sink.port, EMAIL_USE_TLS=False, EMAIL_USE_SSL=False,
        EMAIL_HOST_USER="", EMAIL_HOST_PASSWORD="",
    ):  # fmt: skip
        yield sink
