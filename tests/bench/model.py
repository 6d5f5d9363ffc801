"""A local model with a settable latency, in a process of its own: its work is not counted as ours.

`with serving(latency)` starts one and points the settings at it. It answers as the scripted model
of the tests does and says, at /most, how many calls it had at once.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import urlopen

import django
from django.conf import settings


@dataclass(frozen=True)
class Endpoint:
    origin: str

    @property
    def url(self) -> str:
        return f"{self.origin}/v1"

    def most_in_flight(self) -> int:
        """Since it was last asked."""
        with urlopen(f"{self.origin}/most") as answer:
            return int(answer.read())


@contextmanager
def serving(latency: float) -> Iterator[Endpoint]:
    command = [sys.executable, "-m", "tests.bench.model", str(latency)]
    environment = {**os.environ, "DATABASE_URL": "sqlite://:memory:"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        endpoint = Endpoint(f"http://127.0.0.1:{int(process.stdout.readline())}")
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = endpoint.url, "sk-bench"
        yield endpoint
    finally:
        settings.OPENAI_BASE_URL = settings.OPENAI_API_KEY = ""
        process.kill()
        process.wait()


class Model:
    def __init__(self, latency: float, answer: object) -> None:
        self.latency, self.answer = latency, answer
        self.in_flight = self.most = 0

    async def serve(self) -> None:
        server = await asyncio.start_server(self.converse, "127.0.0.1", 0, backlog=1024)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Request after request on one connection, until the client hangs up."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                body = await self.reply(head, await reader.readexactly(length(head)))
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
                writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def reply(self, head: bytes, body: bytes) -> bytes:
        if head.startswith(b"GET /most"):
            most, self.most = self.most, self.in_flight
            return b"%d" % most
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)
        try:
            await asyncio.sleep(self.latency)
        finally:
            self.in_flight -= 1
        return self.answer(json.loads(body))


def length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def main(latency: str) -> None:
    django.setup()
    # Only now can the scripts be read: they name the models.
    from tests import fakes, scripts

    def answer(request: dict) -> bytes:
        packet = json.loads(request["messages"][1]["content"])
        script = {"OutreachOutput": scripts.outreach, "ProspectingOutput": scripts.prospecting}
        output = script[request["response_format"]["json_schema"]["name"]](packet)
        return json.dumps(fakes.completion(fakes.Reply(output))).encode()

    asyncio.run(Model(float(latency), answer).serve())


if __name__ == "__main__":
    main(sys.argv[1])
