"""What lies outside the product: the time, the model's line, the mail's line.

Nobody stands in for them, unless `review.world` runs a simulated world: then `revenue.clock`,
`revenue.model_access`, `agents.llm`, `review.channels.mail`, `revenue.workspace` and the draw of
audits ask it instead. No setting and no row leads there: the whole seam is `replaced_by`, and it
lasts as long as its `with`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol


class Outside(Protocol):
    """`model` is a transport under the model's client, `mail` a Django mail connection, `secret`
    what chance is drawn with that nobody may foresee in earnest."""

    secret: str

    def now(self) -> datetime: ...

    @property
    def model(self) -> Any: ...

    @property
    def mail(self) -> Any: ...


_standing_in: list[Outside] = []


def simulated() -> Outside | None:
    """Who stands in for the outside; nobody in earnest."""
    return _standing_in[-1] if _standing_in else None


@contextmanager
def replaced_by(world: Outside) -> Iterator[None]:
    """In this process, every thread included, until the block ends. One world at a time."""
    if _standing_in:
        raise RuntimeError("A simulated world is running in this process already.")
    _standing_in.append(world)
    try:
        yield
    finally:
        _standing_in.clear()
