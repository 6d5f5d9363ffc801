"""Two real processes, the second let in at one boundary of the first.

The first is stopped there, holding whatever locks it has; the second does what it does, or waits
for those locks, and then the first goes on. So every order of the two is met, the database's own
answer to each included.
"""

import os
import select
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

from review.channels import mail
from tests.kills.forks import Boundaries

Action = Callable[[], Any]
QUIET = 0.1  # seconds without a sign of the second: then it waits for a lock


class _Stopping(Boundaries):
    """Says that it has come to boundary `at`, and waits there for a word."""

    def __init__(self, at: int, said: int, heard: int) -> None:
        super().__init__(fatal=None)
        self.at, self.said, self.heard = at, said, heard

    def meet(self) -> None:
        super().meet()
        if self.met == self.at:
            os.write(self.said, b".")
            os.read(self.heard, 1)


class _Signing:
    """Gives a sign before and after each statement."""

    def __init__(self, signs: int) -> None:
        self.signs = signs

    def statement(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        os.write(self.signs, b".")
        try:
            return execute(sql, params, many, context)
        finally:
            os.write(self.signs, b".")


def interleave(first: Action, second: Action, *, at: int, quiet: float = QUIET) -> None:
    """Run `second` in a process of its own while `first`, in another, stands at boundary `at`;
    after it, where it has fewer."""
    connections.close_all()
    reached, said = os.pipe()
    heard, go = os.pipe()
    one = _forked(lambda: _stopping(first, _Stopping(at, said, heard)), closes=(reached, go))
    os.close(said)
    os.close(heard)
    os.read(reached, 1)  # nothing, where the first is over already
    seen, signs = os.pipe()
    other = _forked(lambda: _signing(second, _Signing(signs)), closes=(seen, go, reached))
    os.close(signs)
    while select.select([seen], [], [], quiet)[0]:
        if not os.read(seen, 4096):  # it is over
            break
    os.close(go)
    for child in (one, other):
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0, "its error is printed above"
    os.close(seen)
    os.close(reached)


def _forked(action: Action, *, closes: tuple[int, ...]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        for end in closes:
            os.close(end)
        action()
        code = 0
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(code)


def _stopping(action: Action, boundaries: Boundaries) -> None:
    mail.send = boundaries.around(mail.send)
    with connection.execute_wrapper(boundaries.statement):
        action()


def _signing(action: Action, signs: _Signing) -> None:
    with connection.execute_wrapper(signs.statement):
        action()
