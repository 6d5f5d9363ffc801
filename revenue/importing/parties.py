"""Our own side of an import: sales people under their managers, teams, the price list."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

from revenue import events, people
from revenue.events import Entry
from revenue.models import Product, Role, Team, User

from . import columns
from .batches import BY, CHAIN, Counts, turn
from .known import compact
from .references import people_by_name
from .spool import Spool, Stored
from .values import fold


def write(spool: Spool, counts: Counts, *, update: bool) -> Iterator[int]:
    """People, then products; after each transaction, how many rows it held."""
    yield from _write_people(spool, counts, update=update)
    yield from _write_products(spool, counts, update=update)


def _write_people(spool: Spool, counts: Counts, *, update: bool) -> Iterator[int]:
    """Managers first, each with a team; then everybody in the team of their manager."""
    rows = list(spool.rows(columns.PEOPLE))
    managers = {fold(row.data["manager"]): row for row in reversed(rows)
                if row.data.get("manager")}  # fmt: skip
    for portion in _portions(managers.items()):
        with turn():
            _Staff(counts, update=update).managers(portion)
        yield 0
    for portion in _portions(row for row in rows if fold(row.data["name"]) not in managers):
        with turn():
            _Staff(counts, update=update).reps(portion)
        yield len(portion)


def _portions(items: Any, size: int = 100) -> Any:
    rest = iter(items)
    while portion := list(islice(rest, size)):
        yield portion


class _Staff:
    def __init__(self, counts: Counts, *, update: bool) -> None:
        self.update, self.tally = update, counts[columns.PEOPLE]
        self.ids = people_by_name()
        self.entries: list[Entry] = []

    def managers(self, rows: list[tuple[str, Stored]]) -> None:
        for key, row in rows:
            name, office = row.data["manager"], row.data.get("office", "")
            user = self._found(key)
            if user is None:
                self._new(name, Role.MANAGER, self._team(name, office))
            elif user.team_id is None:
                self._move(user, self._team(str(user), office))
        self._write()

    def reps(self, rows: list[Stored]) -> None:
        for row in rows:
            manager = self._found(fold(row.data.get("manager", "")))
            team = manager.team if manager else None
            user = self._found(row.key)
            if user is None:
                self._new(row.data["name"], Role.REP, team)
            elif self.update and team and user.team_id != team.pk:
                self._move(user, team)
            else:
                self.tally["same"] += 1
        self._write()

    def _found(self, key: str) -> User | None:
        pk = self.ids.get(key)
        return User.objects.select_related("team").get(pk=pk) if pk else None

    def _new(self, name: str, role: str, team: Team | None) -> User:
        first, _, last = name.partition(" ")
        user = User(
            username=people.free_username(name), first_name=first[:150], last_name=last[:150],
            role=role, team=team, crm_key=fold(name)[:200],
        )  # fmt: skip
        user.set_unusable_password()
        user.save()
        self.entries.append(Entry("person.imported", user, {"role": role}))
        self.tally["new"] += 1
        self.tally[role] += 1
        return user

    def _team(self, name: str, office: str) -> Team:
        team, is_new = Team.objects.get_or_create(name=name[:120], defaults={"office": office})
        if is_new:
            self.entries.append(Entry("team.imported", team))
        return team

    def _move(self, user: User, team: Team) -> None:
        user.team = team
        user.save(update_fields=["team"])
        self.entries.append(Entry("person.changed", user, {"fields": ["team"]}))
        self.tally["changed"] += 1

    def _write(self) -> None:
        if self.entries:
            events.append_many(self.entries, by=BY, chain=CHAIN)


def _write_products(spool: Spool, counts: Counts, *, update: bool) -> Iterator[int]:
    for portion in _portions(spool.rows(columns.PRODUCTS)):
        with turn():
            entries = [entry for row in portion for entry in _product(row, counts, update=update)]
            if entries:
                events.append_many(entries, by=BY, chain=CHAIN)
        yield len(portion)


def _product(row: Stored, counts: Counts, *, update: bool) -> list[Entry]:
    tally = counts[columns.PRODUCTS]
    values = {name: row.data[name] for name in ("series", "list_price") if name in row.data}
    if "list_price" in values:
        values["list_price"] = Decimal(values["list_price"])
    product = _in_price_list(row.data["name"])
    if product is None:
        product = Product.objects.create(name=row.data["name"], **values)
        tally["new"] += 1
        return [Entry("product.imported", product)]
    changed = [name for name, value in values.items() if getattr(product, name) != value]
    if not (changed and update):
        tally["same"] += 1
        return []
    Product.objects.filter(pk=product.pk).update(**{name: values[name] for name in changed})
    tally["changed"] += 1
    return [Entry("product.changed", product, {"fields": sorted(changed)})]


def _in_price_list(name: str) -> Product | None:
    exact = Product.objects.filter(name=name).first()
    if exact:
        return exact
    alike = compact(name)
    return next((row for row in Product.objects.order_by("pk") if compact(row.name) == alike), None)
