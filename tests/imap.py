"""A real IMAP server on loopback (pymap), in a thread of its own.

`Server` is the provider's side: `deliver` puts a mail into a folder, `renumber` counts it anew,
`drop_after` cuts the line in the middle of an answer.
"""

import asyncio
import contextlib
import ssl
import threading
from argparse import Namespace
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import DictBackend
from pymap.backend.dict.mailbox import MailboxData, Message
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Seen

USER, PASSWORD = "rep@seller.example", "open-sesame"


class Server:
    """The mailbox of USER with PASSWORD: an Inbox, and the folders that are named."""

    def __init__(self, *folders: str, tls: ssl.SSLContext | None = None) -> None:
        self.host, self.port, self.tls = "127.0.0.1", 0, tls
        self.connections = 0
        self.drop_after: int | None = None
        self.asked: Callable[[], None] = lambda: None  # hears of each connection
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self._do(self._start(folders))

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    async def _start(self, names: tuple[str, ...]) -> None:
        given = Namespace(
            host=self.host, port=0, debug=False, cert=None, key=None, tls=False,
            proxy_protocol=None, passlib_cfg=None, demo_data=False, demo_user=USER,
            demo_password=PASSWORD,
        )  # fmt: skip
        backend, self.config = await DictBackend.init(given, invalid_user_sleep=0)
        self.config.apply_context()
        self.imap = IMAPServer(backend.login, self.config)
        self.server = await asyncio.start_server(self._serve, self.host, 0, ssl=self.tls)
        self.port = self.server.sockets[0].getsockname()[1]
        async with backend.login.demo_user_identity.new_session() as session:
            self.set = session.mailbox_set
        for name in names:
            await self.set.add_mailbox(name)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.asked()
        self.config.apply_context()
        out: Any = writer if self.drop_after is None else _Dropping(writer, self.drop_after)
        with contextlib.suppress(OSError, asyncio.CancelledError, asyncio.IncompleteReadError):
            await self.imap(reader, out, SocketInfo.get(writer, None))

    async def _folder(self, name: str) -> MailboxData:
        return await self.set.get_mailbox(name)

    def deliver(self, raw: bytes, folder: str = "INBOX") -> int:
        """A mail arrives, or the person's own program puts it into Sent; its UID."""
        return self._do(self._append(raw, folder))

    async def _append(self, raw: bytes, folder: str) -> int:
        box = await self._folder(folder)
        return (await box.append(AppendMessage(raw, datetime.now(UTC), frozenset()))).uid

    def seen(self, folder: str = "INBOX") -> list[bool]:
        """Of each mail that is there, whether it was marked as seen."""
        box = self._do(self._folder(folder))
        return [Seen in mail.permanent_flags for mail in box._messages.values()]

    def renumber(self, folder: str = "INBOX", *, by: int = 1) -> None:
        """The provider rebuilt the folder and counts its mails anew (RFC 3501, 2.3.1.1)."""
        box = self._do(self._folder(folder))
        mails = list(box._messages.values())
        box._uid_validity, box._max_uid = box._uid_validity + by, len(mails)
        box._messages = {
            number: Message.copy(mail, uid=number) for number, mail in enumerate(mails, start=1)
        }

    def stop(self) -> None:
        self._do(self._stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)

    async def _stop(self) -> None:
        self.server.close()
        own = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not own]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


class _Dropping:
    """The server's side of a line that breaks after so many bytes."""

    def __init__(self, writer: asyncio.StreamWriter, limit: int) -> None:
        self._writer, self._left = writer, limit

    def write(self, data: bytes) -> None:
        self._writer.write(data[: max(self._left, 0)])
        self._left -= len(data)
        if self._left < 0:
            self._writer.transport.abort()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)


@contextlib.contextmanager
def serving(*folders: str, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(*(folders or ("Sent",)), tls=tls)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def imap(settings: Any) -> Iterator[Server]:
    """A mail provider whose mailbox a rep may connect in this test."""
    settings.TRUSTED_HOSTS = ["127.0.0.1"]
    with serving() as server:
        yield server
