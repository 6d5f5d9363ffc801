"""Which lane a draft belongs to, and the bounds of its settings. Ceilings are code."""

from collections.abc import Iterable

from agents.definitions import registry
from agents.models import Draft
from revenue import clock, segments, transactions
from review.models import Lane

# The shipped target of a class, and the loosest that a manager may set, by its effect.
SHIPPED = {"buyer": 0.95}
FLOORS = {"buyer": 0.90}
OTHER_TARGET, OTHER_FLOOR = 0.90, 0.80
HIGHEST = 0.995
MINOR_LOSSES = (0.0, 0.1, 0.5)
TOLERATED = {1: 3.0, 2: 9.0}  # shipped, by the class's ceiling


def percent(share: float) -> str:
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


def effect(output_class: str) -> str:
    found = registry.output_class(output_class)
    return found.effect if found else "buyer"


def ceiling(output_class: str) -> int:
    """0 always reviewed, 1 at least one in four audited, 2 at least one in twenty."""
    found = registry.output_class(output_class)
    return found.ceiling if found else 0


def floor(output_class: str) -> float:
    return FLOORS.get(effect(output_class), OTHER_FLOOR)


def class_label(name: str) -> str:
    found = registry.output_class(name)
    return found.label if found else name.replace(".", " ").replace("_", " ").capitalize()


def label(lane: Lane) -> str:
    words = class_label(lane.output_class)
    return f"{words}, {segments.label(lane.segment).lower()}" if lane.segment else words


def of(draft: Draft) -> Lane | None:
    """Its lane, read without a lock, once for all drafts of a transaction."""
    rows = transactions.once(
        (Lane, draft.output_class),
        lambda: {lane.segment: lane for lane in of_class(draft.output_class)},
    )
    whole = rows.get("")
    if whole is None or not whole.is_split:
        return whole
    return rows.get(segments.of(draft.account).name)


def of_class(output_class: str) -> Iterable[Lane]:
    return Lane.objects.filter(output_class=output_class).select_related("epoch")


def find(output_class: str, segment: str = "") -> Lane:
    """The lane as it is, or as it begins: then without a row. Read without a lock."""
    found = Lane.objects.filter(output_class=output_class, segment=segment)
    return found.select_related("epoch").first() or new(output_class, segment)


def every() -> list[Lane]:
    """All there are, with row or without: each class that somebody writes, and its segments where
    it is split."""
    rows = {(row.output_class, row.segment): row for row in Lane.objects.select_related("epoch")}
    found = []
    for name in (row.name for row in registry.output_classes()):
        whole = rows.get((name, "")) or new(name, "")
        parts = [segment.name for segment in segments.ALL] if whole.is_split else []
        found += [whole, *(rows.get((name, part)) or new(name, part) for part in parts)]
    return found


def locked_for(draft: Draft) -> Lane:
    """The same, made when it is missing, under its row lock."""
    name = draft.output_class
    whole = locked(name, "")
    return locked(name, segments.of(draft.account).name) if whole.is_split else whole


def locked_row(lane: Lane) -> Lane:
    return locked(lane.output_class, lane.segment)


def locked(output_class: str, segment: str) -> Lane:
    rows = Lane.objects.filter(output_class=output_class, segment=segment)
    rows = rows.select_for_update(no_key=True)
    found = rows.first()
    if found is None:
        Lane.objects.bulk_create([new(output_class, segment)], ignore_conflicts=True)
        found = rows.get()
    return found


def new(output_class: str, segment: str) -> Lane:
    return Lane(
        output_class=output_class,
        segment=segment,
        target=SHIPPED.get(effect(output_class), OTHER_TARGET),
        tolerated=TOLERATED.get(ceiling(output_class), 0.0),
        state_since=clock.now(),
    )


def watched(classes: Iterable[str]) -> set[str]:
    """Those of these output classes of which a lane runs by itself, or was reined in: whatever of
    theirs is looked at was held for somebody's eyes."""
    found = Lane.objects.filter(output_class__in=set(classes), state__in=Lane.FREE)
    return set(found.values_list("output_class", flat=True))
