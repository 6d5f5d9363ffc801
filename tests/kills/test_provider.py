"""What a mail server does to a mail, with a real server and a real sending process.

Whatever it does, a mail is attempted once unless the server provably refused it; then again with
longer and longer pauses, five times at most. What nobody can know is for a person.
"""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import anymail.backends.postmark  # here, not in each process anew
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from revenue import clock as clocks
from revenue import leases
from revenue.models import Activity, Workspace
from review import dispatch
from review.models import OutboxMessage
from tests.kills import forks
from tests.races import laws, verbs
from tests.smtp import Sink, _AnyPort

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


class Provider(Sink):
    """One that may answer each step as it likes; `slow` are seconds before it answers for a mail
    that it has taken."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: dict[str, str] = {}
        self.slow = 0.0
        self.offered = 0

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.offered += 1
        envelope.mail_from = address
        return self.steps.get("MAIL", "250 OK")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.steps.get("RCPT", "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(self.slow)
        return answer

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return self.steps.get("QUIT", "221 Bye")


@pytest.fixture
def provider(settings: object) -> Iterator[Provider]:
    sink = Provider()
    controller = _AnyPort(sink, hostname=sink.host, port=0)
    controller.start()
    sends_to(settings, sink.host, controller.port)
    yield sink
    controller.stop(no_assert=True)


def sends_to(settings: object, host: str, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = host, port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5


@pytest.fixture
def here(workspace: Workspace) -> verbs.Scene:
    return verbs.queued()


def sending(here: verbs.Scene) -> OutboxMessage:
    """One round of the outbox in a process of its own."""
    forks.run(dispatch.send_due)
    here.message.refresh_from_db()
    return here.message


def never_again(here: verbs.Scene, clock: object, count: Callable[[], int]) -> None:
    """Days go by, with everything that looks after what is left over."""
    before = count()
    for _ in range(2):
        clock.travel(days=1)
        dispatch.sweep()
        leases.sweep()
        sending(here)
    assert count() == before
    assert laws.one_voice(here.account) == []


# --- accepted, and then something goes wrong ------------------------------------------------------


def test_a_server_that_took_it_and_answers_too_late_leaves_an_unknown_that_is_not_sent_again(
    here: verbs.Scene, provider: Provider, clock: object, settings: object
) -> None:
    settings.EMAIL_TIMEOUT = 0.5
    provider.slow = 1.5
    message = sending(here)
    assert (message.state, message.attempt) == ("unknown", 1)
    assert "timed out" in message.provider_answer
    provider.slow = 0.0
    never_again(here, clock, lambda: len(provider.raw))
    assert len(provider.raw) == 1
    assert leases.current(here.account).holder == f"outbox:{message.pk}"


def test_a_line_that_drops_after_the_final_dot_leaves_an_unknown(
    here: verbs.Scene, provider: Provider, clock: object
) -> None:
    provider.drop = True
    assert sending(here).state == "unknown"
    provider.drop = False
    never_again(here, clock, lambda: len(provider.raw))
    assert len(provider.raw) == 1


@pytest.mark.parametrize("answer", ["554 Go away", "421 Closing", "nonsense"])
def test_a_server_that_took_it_and_then_fails_at_the_farewell_has_sent_it(
    here: verbs.Scene, provider: Provider, clock: object, answer: str
) -> None:
    provider.steps["QUIT"] = answer
    assert sending(here).state == "sent"
    never_again(here, clock, lambda: len(provider.raw))
    assert len(provider.raw) == 1
    assert Activity.objects.filter(direction="outbound").count() == 1


def test_a_mail_that_breaks_off_half_way_is_never_sent_twice(
    here: verbs.Scene, settings: object, clock: object
) -> None:
    with half_taken(settings) as seen:
        assert sending(here).state == "unknown"
        never_again(here, clock, lambda: len(seen))
    assert len(seen) == 1


@contextmanager
def half_taken(settings: object) -> Iterator[list[bytes]]:
    """A server that goes away after the first bytes of a mail, before the final dot."""
    seen: list[bytes] = []
    door = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = door.accept()
            except OSError:
                return
            with line, line.makefile("rb") as said:
                line.sendall(b"220 here\r\n")
                for command in said:
                    if command.upper().startswith(b"DATA"):
                        line.sendall(b"354 go on\r\n")
                        seen.append(said.read(64))
                        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                        break
                    line.sendall(b"250 OK\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    sends_to(settings, *door.getsockname())
    try:
        yield seen
    finally:
        door.shutdown(socket.SHUT_RDWR)
        door.close()
        thread.join(5)


# --- refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "code"), [("MAIL", 421), ("RCPT", 451), ("RCPT", 550), ("DATA", 421), ("DATA", 429)]
)
def test_a_refusal_at_any_step_is_tried_again_with_longer_pauses_and_five_times_at_most(
    here: verbs.Scene, provider: Provider, clock: object, step: str, code: int
) -> None:
    provider.steps[step] = f"{code} Not now"
    provider.answer = provider.steps.get("DATA", "250 OK")
    pauses = []
    for attempt in range(1, 6):
        message = sending(here)
        assert message.attempt == attempt
        assert f"{code} Not now" in message.provider_answer
        pauses.append(round((message.not_before - clocks.now()).total_seconds(), -1))
        clock.travel(hours=1, minutes=1)
    assert pauses[:4] == [60, 300, 900, 3600]
    assert message.state == "failed"
    assert provider.raw == []
    assert leases.current(here.account) is None
    tries = provider.offered
    never_again(here, clock, lambda: provider.offered)
    assert tries == 5


def test_between_two_tries_nothing_is_tried(
    here: verbs.Scene, provider: Provider, clock: object
) -> None:
    provider.answer = "451 Try later"
    sending(here)
    sending(here)
    clock.travel(seconds=50)
    sending(here)
    assert provider.offered == 1
    provider.answer = "250 OK"
    clock.travel(seconds=15)
    assert sending(here).state == "sent"
    assert len(provider.raw) == 1


def test_a_server_that_is_full_now_takes_it_later_and_once(
    here: verbs.Scene, provider: Provider, clock: object
) -> None:
    provider.answer = "421 Too many messages, slow down"
    message = sending(here)
    assert message.state == "queued"
    assert message.hold_reason.startswith("The mail server refused it: 421 Too many messages")
    kept = leases.current(here.account).expires_at - message.not_before
    assert abs(kept - leases.HOLD_AFTER) < timedelta(minutes=1)
    provider.answer = "250 OK"
    clock.travel(minutes=2)
    assert sending(here).state == "sent"
    never_again(here, clock, lambda: len(provider.raw))
    assert len(provider.raw) == 1


# --- a provider that is spoken to over HTTP -------------------------------------------------------


LIMITED = b'{"ErrorCode": 429, "Message": "Rate limit"}'
TAKEN = (
    b'{"ErrorCode": 0, "Message": "OK", "MessageID": "1", "SubmittedAt": "now",'
    b' "To": "buyer@buyer.example"}'
)


@contextmanager
def api(settings: object, status: int) -> Iterator[list[bytes]]:
    """Postmark's interface, as django-anymail speaks to it; what was posted."""
    posted: list[bytes] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(self.rfile.read(int(self.headers["Content-Length"])))
            body = TAKEN if status == 200 else LIMITED
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.EMAIL_BACKEND = f"{anymail.backends.postmark.__name__}.EmailBackend"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "token",
        "POSTMARK_API_URL": f"http://127.0.0.1:{server.server_port}/",
    }
    try:
        yield posted
    finally:
        server.shutdown()
        server.server_close()


def test_429_of_a_provider_is_tried_again_later_and_five_times_at_most(
    here: verbs.Scene, settings: object, clock: object
) -> None:
    with api(settings, 429) as posted:
        for attempt in range(1, 6):
            message = sending(here)
            assert (message.attempt, len(posted)) == (attempt, attempt)
            clock.travel(hours=1, minutes=1)
        assert message.state == "failed"
        never_again(here, clock, lambda: len(posted))


def test_500_of_a_provider_may_come_after_it_took_the_mail(
    here: verbs.Scene, settings: object, clock: object
) -> None:
    with api(settings, 500) as posted:
        assert sending(here).state == "unknown"
        never_again(here, clock, lambda: len(posted))
    assert len(posted) == 1


def test_a_provider_that_takes_it_has_sent_it(here: verbs.Scene, settings: object) -> None:
    with api(settings, 200) as posted:
        message = sending(here)
        assert message.state == "sent", message.provider_answer
    assert len(posted) == 1
