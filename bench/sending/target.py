"""A network for measuring: answers Mastodon's posting call at once, or after a pause that is told it. Keeps nothing.

A process of its own, so that it does not share the worker's interpreter: `python -m bench.sending.target PORT`.
"""

import asyncio
import json
import sys
from dataclasses import dataclass


@dataclass
class Network:
    """What it is told to do, and how many posts it has answered."""

    pause: float = 0.0
    answered: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One kept-open connection, until the other side closes it."""
        try:
            while True:
                line, body = await _request(reader)
                writer.write(_response(await self._answer(line, body)))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(self, line: str, body: bytes) -> object:
        method, path, _ = line.split(" ", 2)
        if method == "PUT":  # PUT /pause/0.15
            self.pause, self.answered = float(path.rsplit("/", 1)[1]), 0
        if method != "POST":
            return {"answered": self.answered}
        text = json.loads(body)["status"]
        if self.pause:
            await asyncio.sleep(self.pause)
        self.answered += 1
        number = str(self.answered)
        return {"id": number, "url": f"https://mastodon.example/@a/{number}", "text": text}


async def _request(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *headers = head.split("\r\n")
    named = dict(header.lower().split(": ", 1) for header in headers if header)
    return line, await reader.readexactly(int(named.get("content-length", "0")))


def _response(answer: object) -> bytes:
    body = json.dumps(answer, ensure_ascii=False).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def main(port: int) -> None:
    server = await asyncio.start_server(Network().serve, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
