"""A model on loopback that takes its time and answers as the scripted model of the tests does.

One event loop, so that a hundred calls at once cost it little. GET /most says how many it had.
"""

import asyncio
import json

from tests import fakes, scripts

SCRIPTS = {
    "OutreachOutput": scripts.outreach,
    "ProspectingOutput": scripts.prospecting,
    "ReplyOutput": scripts.read,
}


def run(latency: str) -> None:
    asyncio.run(Model(float(latency)).serve())


class Model:
    def __init__(self, latency: float) -> None:
        self.latency = latency
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
        return completion(json.loads(body))


def length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def completion(request: dict) -> bytes:
    packet = json.loads(request["messages"][1]["content"])
    output = SCRIPTS[request["response_format"]["json_schema"]["name"]](packet)
    return json.dumps(fakes.completion(fakes.Reply(output))).encode()
