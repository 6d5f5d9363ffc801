"""The floor: one loop as plain SQL with the async client, nothing that guards or explains it.

It reads the account in one statement, asks the same model the same thing, and writes the same
rows into the same tables, one transaction for each arrow of the loop. What it leaves out is what
the house is for: locks, checks, hashes, a state machine.
"""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from django.db import connection
from openai import AsyncOpenAI

from agents import llm
from agents.models import AgentRun
from agents.outputs import OutreachOutput
from revenue import snapshots
from revenue.models import Contact
from tests.bench.sizes import IN_FLIGHT
from tests.bench.tape import Script, Tape

CONNECTIONS = 16
CONTEXT = """
    SELECT a.id, a.name, a.stage, a.context_version, c.id, c.first_name, c.email, o.id, o.stage,
           p.name
    FROM revenue_account a
    LEFT JOIN revenue_contact c ON c.account_id = a.id
    LEFT JOIN revenue_opportunity o ON o.account_id = a.id
    LEFT JOIN revenue_product p ON p.id = o.product_id
    WHERE a.id = {marker}
"""


class Floor:
    """Made from a tape of one loop; `run` plays it for many accounts at once."""

    def __init__(self, tape: Tape, account: int, *, base_url: str) -> None:
        run = AgentRun.objects.get(account=account)
        self.script = Script(tape, account=account, contact=_contacts([account])[account])
        self.base_url = base_url
        self.request: dict[str, Any] = {
            "model": run.config.model or "bench",
            "messages": [
                {"role": "system", "content": snapshots.get(run.prompt)},
                {"role": "user", "content": snapshots.get(run.packet)},
            ],
            "response_format": llm._format(OutreachOutput),
            "temperature": run.config.temperature,
            "max_tokens": run.config.max_tokens,
        }
        self.played = 0

    def run(self, accounts: list[int]) -> None:
        contacts = _contacts(accounts)
        here = [{"revenue_account": pk, "revenue_contact": contacts[pk]} for pk in accounts]
        first, self.played = self.played + 1, self.played + len(accounts)
        asyncio.run(self._all(list(enumerate(here, start=first))))

    async def _all(self, loops: list[tuple[int, dict[str, int]]]) -> None:
        gate = asyncio.Semaphore(IN_FLIGHT)
        async with _database() as database, self._client() as client:

            async def one(number: int, here: dict[str, int]) -> None:
                async with gate:
                    await self._loop(number, here, database, client)

            await asyncio.gather(*(one(*loop) for loop in loops))

    def _client(self) -> AsyncOpenAI:
        return AsyncOpenAI(api_key="sk-bench", base_url=self.base_url, max_retries=0)

    async def _loop(
        self, number: int, here: dict[str, int], database: Any, client: AsyncOpenAI
    ) -> None:
        await database.read(here["revenue_account"])
        answer = await client.chat.completions.create(**self.request)
        json.loads(answer.choices[0].message.content)
        for stage in self.script.stages:
            await database.write(self.script.play(stage, number, here))


def _contacts(accounts: list[int]) -> dict[int, int]:
    return dict(Contact.objects.filter(account__in=accounts).values_list("account", "pk"))


@asynccontextmanager
async def _database() -> AsyncIterator[Any]:
    settings = connection.get_connection_params()
    if connection.vendor == "sqlite":
        database: Any = _Sqlite(settings["database"])
    else:
        database = await _Postgres.open(settings)
    try:
        yield database
    finally:
        await database.close()


class _Sqlite:
    """Calls do not wait for a network, so they run where they stand."""

    def __init__(self, path: str) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None, timeout=20)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=NORMAL")

    async def read(self, account: int) -> list[tuple]:
        return self.connection.execute(CONTEXT.format(marker="?"), [account]).fetchall()

    async def write(self, statements: list[tuple[str, list]]) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        for sql, rows in statements:
            self.connection.executemany(sql, rows)
        self.connection.execute("COMMIT")

    async def close(self) -> None:
        self.connection.close()


class _Postgres:
    def __init__(self, connections: list[psycopg.AsyncConnection]) -> None:
        self.all = connections
        self.free: asyncio.Queue[psycopg.AsyncConnection] = asyncio.Queue()
        for one in connections:
            self.free.put_nowait(one)

    @classmethod
    async def open(cls, settings: dict[str, Any]) -> "_Postgres":
        wanted = {name: settings[name] for name in ("dbname", "user", "password", "host", "port")
                  if settings.get(name)}  # fmt: skip
        connect = psycopg.AsyncConnection.connect
        return cls([await connect(**wanted, autocommit=True) for _ in range(CONNECTIONS)])

    async def read(self, account: int) -> list[tuple]:
        connection = await self.free.get()
        try:
            found = await connection.execute(CONTEXT.format(marker="%s"), [account])
            return await found.fetchall()
        finally:
            self.free.put_nowait(connection)

    async def write(self, statements: list[tuple[str, list]]) -> None:
        connection = await self.free.get()
        try:
            async with connection.transaction(), connection.cursor() as cursor:
                for sql, rows in statements:
                    if len(rows) == 1:
                        await cursor.execute(sql, rows[0])
                    else:
                        await cursor.executemany(sql, rows)
        finally:
            self.free.put_nowait(connection)

    async def close(self) -> None:
        for one in self.all:
            await one.close()
