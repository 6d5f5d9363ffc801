"""`manage.py serve`: the web server, the worker and the tick under one supervisor.

`make run` calls it. It prints the address and the demo's logins once the web server answers, and
stops everything on Ctrl-C or SIGTERM, with code 0 then.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from revenue import people, sign_in
from review import demo, tasks
from review.management.pulse import Pulse
from review.management.supervisor import Supervisor

# Seconds. More than a task may take (Q_CLUSTER's timeout): a question waits behind the tasks that
# run, and a worker that is only busy must not be killed. The tick does its work in the meantime.
STALE_AFTER = 150.0
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104


class Command(BaseCommand):
    help = "Starts and supervises the web server, the worker and the tick."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1", help="the address to listen on")
        parser.add_argument("--port", default="8000")
        parser.add_argument("--prepare", action="store_true", help="migrate the database first")
        parser.add_argument("--demo", action="store_true", help="plant the demo where it can be")
        parser.add_argument(
            "--stale-after",
            type=float,
            default=STALE_AFTER,
            metavar="SECONDS",
            help="replace the worker after so long without an answer from it",
        )

    def handle(self, *, bind: str, port: str, stale_after: float, **options: Any) -> None:
        number = free_port(bind, port)
        environment = child_environment(bind, number)
        with static_files_collected(environment):
            self.prepare(migrate=options["prepare"], with_demo=options["demo"])
        keep_address(environment["SITE_URL"])
        way_in = "" if people.has_admin() else environment["SITE_URL"] + sign_in.welcome_path()
        greeting = self.greeting(bind, number, demo.logins(), way_in=way_in)
        connection.close()
        supervisor = Supervisor(
            commands(bind, number),
            folder=settings.BASE_DIR,
            environment=environment,
            report=self.say,
        )
        stop_on_signals(supervisor)
        watch = watch_worker(supervisor, stale_after)
        supervisor.run([lambda: next(greeting, None), lambda: next(watch, None)])
        self.say("Stopped.")

    def prepare(self, *, migrate: bool, with_demo: bool) -> None:
        """In this process: starting another one for each step takes longer than the steps."""
        if migrate:
            call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if with_demo:
            with suppress(demo.Refused):  # an installation in use says nothing at every start
                self.say(demo.seed(past=demo.PAST_DAYS))

    def greeting(
        self, bind: str, port: int, logins: list[tuple[str, str, str]], *, way_in: str
    ) -> Iterator[None]:
        """What to say once the web server answers."""
        while not answers(bind, port):
            yield
        self.say(f"\nCountersign is running at {url(bind, port)}")
        for line in of_the_demo(bind, logins):
            self.say(line)
        if way_in:
            self.say("  Nobody can sign in yet. Open this link to become the admin:")
            self.say(f"  {way_in}")
        self.say("Ctrl-C stops it.\n")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def of_the_demo(bind: str, logins: list[tuple[str, str, str]]) -> Iterator[str]:
    """The demo's logins, which everybody knows: no secret where others reach this address."""
    for role, login, password in logins:
        yield f"  {role:8} {login:32} {password}"
    if logins and not bind.startswith(("127.", "::1", "localhost")):
        yield "  Others reach this address, and anybody may know these passwords, the admin's too."
        yield "  Remove the demo under Set-up before you leave it open."


def stop_on_signals(supervisor: Supervisor) -> None:
    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup: to outlive the terminal
        numbers.append(signal.SIGHUP)
    for number in numbers:
        signal.signal(number, lambda *_: supervisor.stop_asked.set())


def watch_worker(supervisor: Supervisor, stale_after: float) -> Iterator[None]:
    """Replace the worker whenever it has not answered for too long."""
    pulse = Pulse(tasks.request_heartbeat, tasks.heartbeat_age, stale_after=stale_after)
    while True:
        worker = supervisor.children["worker"]
        if worker.process and pulse.is_stale(started=worker.started):
            supervisor.replace("worker", f"no answer for {stale_after:g} s")
        connection.close()
        yield


def commands(bind: str, port: int) -> dict[str, list[str]]:
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    host = f"[{bind}]" if ":" in bind else bind
    return {
        "web": [
            *(sys.executable, "-m", "gunicorn", "revenue.wsgi:application"),
            f"--bind={host}:{port}",
            "--worker-class=gthread",
            f"--workers={os.environ.get('WEB_CONCURRENCY', '2')}",
            "--threads=8",
            "--graceful-timeout=5",
            "--log-level=warning",
            "--no-control-socket",
        ],
        "worker": [*manage, "qcluster"],
        "tick": [*manage, "tick", "--skip-checks"],  # `serve` has checked, and it starts sooner
    }


def child_environment(bind: str, port: int) -> dict[str, str]:
    return {
        "SITE_URL": url(bind, port),
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "STATIC_MANIFEST": "1",
    }


def keep_address(address: str) -> None:
    """For commands beside it (`settings.last_address`)."""
    settings.STATE_DIR.mkdir(parents=True, exist_ok=True)
    (settings.STATE_DIR / "address").write_text(f"{address}\n")


@contextmanager
def static_files_collected(environment: dict[str, str]) -> Iterator[None]:
    """Beside what is done inside, and in a process of its own: the hashed names need settings that
    this one does not have."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    command.append("--skip-checks")
    with subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment) as done:  # noqa: S603
        yield
    if done.returncode:
        raise CommandError("The static files could not be collected; the lines above say why.")


def free_port(bind: str, port: str) -> int:
    """The port as a number, refused with a sentence when nothing can listen there."""
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise CommandError(f"PORT: '{port}' is not a port; use a number from 1 to 65535.")
    try:
        family = socket.AF_INET6 if ":" in bind else socket.AF_INET
        socket.create_server((bind, int(port)), family=family).close()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise CommandError(
            f"Nothing can listen on {bind} port {port}: {reason}. "
            f"Stop what runs there or choose another port: make run PORT={int(port) % 65535 + 1}"
        ) from error
    return int(port)


def url(bind: str, port: int) -> str:
    """The address for a browser on this machine."""
    host = reachable(bind)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def reachable(bind: str) -> str:
    return "127.0.0.1" if bind in EVERYWHERE else bind


def answers(bind: str, port: int) -> bool:
    web = http.client.HTTPConnection(reachable(bind), port, timeout=1)
    try:
        web.request("GET", "/healthz")
        web.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        web.close()
    return True
