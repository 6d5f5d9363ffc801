"""Starts processes, starts them again when they end, and ends them all. Called by `serve`.

Each child leads a session of its own: Ctrl-C in the terminal reaches only the supervisor, and a
child is killed together with everything that it started. `watchdog` ends them when the supervisor
itself is killed.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from review.management import watchdog

ROUND = 0.25  # seconds between two looks at the children
GRACE = 10.0  # seconds a child has to stop by itself
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0  # before a child that ended is started again
SETTLED = 30.0  # seconds of life after which an end counts as the first one again


@dataclass
class Child:
    name: str
    argv: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    ends: int = 0

    def pause(self, now: float) -> float:
        """Seconds until the next start: doubled with each end that follows soon on a start."""
        self.ends = 1 if now - self.started > SETTLED else self.ends + 1
        return min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (self.ends - 1))


class Supervisor:
    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        *,
        folder: Path,
        environment: Mapping[str, str],
        report: Callable[[str], None],
    ) -> None:
        self.children = {name: Child(name, argv) for name, argv in commands.items()}
        self.folder = folder
        self.environment = dict(environment)
        self.report = report
        self.stop_asked = threading.Event()
        self._start_watchdog()

    def run(self, watchers: Iterable[Callable[[], None]] = ()) -> None:
        """Keep the children running until `stop_asked` is set, then end them.

        Each watcher is called once a round.
        """
        watchers = list(watchers)
        try:
            while not self.stop_asked.is_set():
                self._round()
                for watcher in watchers:
                    watcher()
                self.stop_asked.wait(ROUND)
        finally:
            self._end_all()

    def replace(self, name: str, reason: str) -> None:
        """Kill a child with everything that it started; the next round starts it again."""
        child = self.children[name]
        self._bury(child)
        child.due = 0.0
        self.report(f"{name}: {reason}; starting it again.")

    def _round(self) -> None:
        if self.watchdog.poll() is not None:
            self._replace_watchdog()
        for child in self.children.values():
            if child.process is None:
                if time.monotonic() >= child.due:
                    self._start(child)
            elif (code := child.process.poll()) is not None:
                self._note_end(child, code)

    def _start(self, child: Child) -> None:
        child.started = time.monotonic()
        child.process = subprocess.Popen(  # noqa: S603
            child.argv,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            # Noted by the child itself, before it becomes anything: there is no moment in which
            # the supervisor could die and leave a child that the watchdog has not heard of.
            preexec_fn=self._note_self,
        )

    def _note_end(self, child: Child, code: int) -> None:
        now = time.monotonic()
        pause = child.pause(now)
        child.due = now + pause
        self._bury(child)
        self.report(f"{child.name} {how_it_ended(code)}; starting it again in {pause:g} s.")

    def _bury(self, child: Child) -> None:
        process, child.process = child.process, None
        if process:
            watchdog.kill_group(process.pid)
            process.wait()
            self._note("-", process.pid)

    def _end_all(self) -> None:
        running = [(child, child.process) for child in self.children.values() if child.process]
        for _, process in running:
            watchdog.signal_leader(process.pid)
        deadline = time.monotonic() + GRACE
        for child, process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.report(f"{child.name} did not stop in {GRACE:g} s; killing it.")
            self._bury(child)
        os.close(self.pipe)
        self.watchdog.wait()

    def _start_watchdog(self) -> None:
        reader, self.pipe = os.pipe()
        self.watchdog = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", watchdog.__name__],
            cwd=Path(__file__).parents[2],
            stdin=reader,
            start_new_session=True,
        )
        os.close(reader)

    def _replace_watchdog(self) -> None:
        os.close(self.pipe)
        self._start_watchdog()
        for child in self.children.values():
            if child.process:
                self._note("+", child.process.pid)

    def _note_self(self) -> None:
        self._note("+", os.getpid())

    def _note(self, sign: str, group: int) -> None:
        # Without a reader it is lost, and the next round tells everything to another watchdog.
        with contextlib.suppress(BrokenPipeError):
            os.write(self.pipe, f"{sign}{group}\n".encode())


def how_it_ended(code: int) -> str:
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
