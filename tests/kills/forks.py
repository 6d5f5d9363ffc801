"""SIGKILL of a forked process at one boundary: before an SQL statement, or around a mail.

The child has its own connections and dies without a word; what it had not committed is gone, what
it had handed to the mail server is not.
"""

import os
import signal
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

from review.channels import mail

Action = Callable[[], Any]


class Boundaries:
    """Counts boundaries in the order they are met; at `fatal` the process ends."""

    def __init__(self, fatal: int | None) -> None:
        self.met = 0
        self.fatal = fatal

    def meet(self) -> None:
        self.met += 1
        if self.met == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        self.meet()
        return execute(sql, params, many, context)

    def around(self, send: Any) -> Any:
        def sending(*args: Any, **options: Any) -> Any:
            self.meet()
            answer = send(*args, **options)
            self.meet()
            return answer

        return sending


def run(action: Action, *, fatal: int | None = None) -> int:
    """Run `action` in a forked process. How many boundaries it met; 0 when it was killed."""
    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _in_child(action, fatal, writing)
    os.close(writing)
    with os.fdopen(reading) as said:
        answer = said.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return 0
    assert os.WEXITSTATUS(status) == 0, answer
    return int(answer)


def _in_child(action: Action, fatal: int | None, writing: int) -> None:
    code = 1
    try:
        boundaries = Boundaries(fatal)
        mail.send = boundaries.around(mail.send)
        with connection.execute_wrapper(boundaries.statement):
            action()
        os.write(writing, str(boundaries.met).encode())
        code = 0
    except BaseException as error:
        os.write(writing, f"{type(error).__name__}: {error}".encode()[:4000])
    finally:
        os._exit(code)
