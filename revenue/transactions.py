"""The product's transactions: Django's, with what must happen once in each gathered.

`atomic` is used by every verb. Within one, `once` remembers what was read under a lock, so that
verbs that call each other lock an account one time; and `last` puts off rows that are written
together at the end, just before the commit, so that the log costs a few statements for each
transaction and not for each event. What fails takes its own rows and memories with it.

A page that is made has a memory, too (`page`, `seen`): it lasts until a transaction has ended.
"""

import threading
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, ParamSpec, TypeVar, overload

from django.db import transaction

P = ParamSpec("P")
R = TypeVar("R")
Item = TypeVar("Item")
Writer = Callable[[list[Any]], None]
Row = tuple[bool, Writer, Any]


class _Open(threading.local):
    """The transaction that this thread has open, if any."""

    def __init__(self) -> None:
        self.depth = 0
        self.known: dict[Hashable, Any] = {}
        self.rows: list[Row] = []
        self.page: dict[Hashable, Any] | None = None


_open = _Open()


@overload
def atomic(function: Callable[P, R]) -> Callable[P, R]: ...
@overload
def atomic(*, savepoint: bool = False) -> AbstractContextManager[None]: ...
def atomic(function: Callable[P, R] | None = None, *, savepoint: bool = False) -> Any:
    """A transaction, or a part of the one that is open; as a decorator or in a `with`.

    A part has no savepoint of its own unless it asks for one: whoever catches an error of a part
    and goes on must ask.
    """
    block = _atomic(savepoint=savepoint)
    return block(function) if function else block


@contextmanager
def _atomic(*, savepoint: bool) -> Iterator[None]:
    mark = len(_open.rows)
    is_outermost = not _open.depth
    _open.depth += 1
    try:
        with transaction.atomic(savepoint=savepoint or is_outermost):
            yield
            if is_outermost:
                _write(_open.rows)
    except BaseException:
        del _open.rows[mark:]
        _open.known.clear()
        raise
    finally:
        _open.depth -= 1
        if is_outermost:
            _open.rows.clear()
            _open.known.clear()
            if _open.page:
                _open.page.clear()


def _write(rows: list[Row]) -> None:
    writers = sorted(
        dict.fromkeys((locks_last, writer) for locks_last, writer, _ in rows), key=_rank
    )
    for _, writer in writers:
        writer([row for _, its, row in rows if its is writer])


def _rank(writer: tuple[bool, Writer]) -> bool:
    return writer[0]


def last(writer: Writer, row: Any, *, locks_last: bool = False) -> None:
    """Have `row` written by `writer` at the end, with the transaction's others; else at once.

    `locks_last`: the writer takes locks that come after all others, so it is the last of all.
    """
    if _open.depth:
        _open.rows.append((locks_last, writer, row))
    else:
        writer([row])


def once(key: Hashable, read: Callable[[], R]) -> R:
    """What `read` gives, read one time in a transaction, or for a page. Whoever changes it keeps
    it true."""
    if not _open.depth:
        return seen(key, read)
    return _open.known[key] if key in _open.known else keep(key, read())


def keep(key: Hashable, value: R) -> R:
    """Remember `value` as what `once` has read; the one that is remembered already stands."""
    return _open.known.setdefault(key, value) if _open.depth else value


def known(key: Hashable) -> Any:
    """What `once` has read in this transaction, or nothing."""
    return _open.known.get(key) if _open.depth else None


def forget(key: Hashable) -> None:
    """What `once` has read under this key was changed: it is read again."""
    _open.known.pop(key, None)


@contextmanager
def page() -> Iterator[None]:
    """While one page is made, `seen` and `once` remember between the transactions."""
    before, _open.page = _open.page, {}
    try:
        yield
    finally:
        _open.page = before


def seen(key: Hashable, read: Callable[[], R]) -> R:
    """What `read` gives, read one time for a page; again as soon as a transaction may have changed
    it, and each time within one."""
    if _open.page is None or _open.depth:
        return read()
    if key not in _open.page:
        _open.page[key] = read()
    return _open.page[key]


def remembered(key: Hashable) -> Any:
    """What `seen` has read for this page, or nothing."""
    return (_open.page or {}).get(key)


def together(
    act: Callable[[list[Item]], list[R]],
    items: list[Item],
    *,
    failed: Callable[[Item, Exception], None],
) -> list[R]:
    """All of a batch in one transaction. When it fails, each in its own, so that one that fails
    takes none along; what fails alone is told to `failed`."""
    try:
        with atomic():
            return act(items)
    except Exception as error:
        if len(items) > 1:
            return [done for item in items for done in together(act, [item], failed=failed)]
        if items:
            failed(items[0], error)
        return []


def apart(act: Callable[[Item], R], items: Iterable[Item]) -> list[R]:
    """Each in turn, whatever became of the one before: one that fails takes none along. What
    failed is raised at the end."""
    done, errors = [], []
    for item in items:
        try:
            done.append(act(item))
        except Exception as error:
            errors.append(error)
    if len(errors) > 1:
        raise ExceptionGroup(f"{len(errors)} of {len(errors) + len(done)} failed", errors)
    if errors:
        raise errors[0]
    return done


def every(*parts: Callable[[], int]) -> int:
    """The sum of all parts, each of which has its turn, as in `apart`."""
    return sum(apart(lambda part: part(), parts))
