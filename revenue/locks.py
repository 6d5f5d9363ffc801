"""Every lock that the product takes, in one place.

Lock order everywhere: switches → Account (ascending id) → Lease → Item → Outbox → Domain →
Address → Lane → chain head. A function here that takes several takes them in that order.

On PostgreSQL these are row locks; on SQLite every transaction that we open is IMMEDIATE, so a
writer is alone anyway and the statements only read.
"""

from collections.abc import Iterable
from typing import TypeVar

from django.db import connection, models, transaction

from revenue import transactions
from revenue.models import Account, Address, Domain, Switch

Row = TypeVar("Row", bound=models.Model)


def account(pk: int) -> Account:
    """The account, locked against every other verb that changes it. Needs a transaction.

    Asked again in the same transaction it is the same object: whoever changes the row changes it.
    """
    rows = Account.objects.select_for_update(no_key=True)
    return transactions.once((Account, pk), lambda: rows.get(pk=pk))


def accounts(pks: Iterable[int]) -> list[Account]:
    """The same for many, in the order of their ids; one that is not there is left out."""
    wanted = sorted(set(pks))
    unknown = [pk for pk in wanted if transactions.known((Account, pk)) is None]
    if unknown:
        rows = Account.objects.select_for_update(no_key=True).filter(pk__in=unknown).order_by("pk")
        found = {row.pk: transactions.keep((Account, row.pk), row) for row in rows}
    else:
        found = {}
    known = (found.get(pk) or transactions.known((Account, pk)) for pk in wanted)
    return [account for account in known if account]


def row(model: type[Row], pk: int) -> Row:
    return model._default_manager.select_for_update(no_key=True).get(pk=pk)


def free(rows: models.QuerySet[Row], *, of: tuple[str, ...] = ("self",)) -> models.QuerySet[Row]:
    """Those of `rows` that nobody else is working on, locked with what `of` names (SKIP LOCKED)."""
    return rows.select_for_update(skip_locked=True, no_key=True, of=of)


def shared(model: type[models.Model], pks: Iterable[int | None]) -> None:
    """Hold rows as they are until the transaction ends; others may hold them too."""
    ids = sorted(pk for pk in pks if pk)
    if connection.vendor != "postgresql" or not ids:
        return
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} WHERE id = ANY(%s) ORDER BY id FOR SHARE", [ids])  # noqa: S608


def switches_held(agent: str, output_class: str, account_id: int) -> list[Switch]:
    """The four switches that may stop this send, share-locked: a kill waits, or is seen."""
    keys = switch_keys(agent, output_class, account_id)
    rows = _switches(keys)
    if len(rows) < len(keys):
        new = [Switch(scope=scope, key=key) for scope, key in keys]
        Switch.objects.bulk_create(new, ignore_conflicts=True)
        rows = _switches(keys)
    return [row for row in rows if row.is_on]


def _switches(keys: list[tuple[str, str]]) -> list[Switch]:
    table = connection.ops.quote_name(Switch._meta.db_table)
    those = " OR ".join(["(scope = %s AND key = %s)"] * len(keys))
    share = " FOR SHARE" if connection.vendor == "postgresql" else ""
    sql = f"SELECT * FROM {table} WHERE {those} ORDER BY id{share}"  # noqa: S608
    return list(Switch.objects.raw(sql, [part for key in keys for part in key]))


def switch_keys(agent: str, output_class: str, account_id: int) -> list[tuple[str, str]]:
    return [
        (Switch.Scope.ALL, ""),
        (Switch.Scope.AGENT, agent),
        (Switch.Scope.CLASS, output_class),
        (Switch.Scope.ACCOUNT, str(account_id)),
    ]


def addresses_held(recipient: Address, sender: Address) -> None:
    """Lock where a mail goes to, with its domain, and where it comes from: an opt-out waits for
    this send or is seen by it, and so is whatever else counts against their caps."""
    rows = Domain.objects.select_for_update(no_key=True).order_by("pk")
    list(rows.filter(pk=recipient.domain_id).values_list("pk"))
    mine = Address.objects.select_for_update(no_key=True).order_by("pk")
    list(mine.filter(pk__in=[recipient.pk, sender.pk]).values_list("pk"))


def required() -> None:
    """Refuse to go on outside a transaction: a lock that ends at once protects nothing."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("This needs a transaction.")
