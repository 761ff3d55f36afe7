"""One address that asks too much: `python -m tests.promises.flooding KIND PORT SECONDS`.

Kinds: `requests` (500 pages a second), `slow` (200 connections that send a byte every ten seconds), `log-ins` (200 a
second). Prints as JSON what it was answered, by status; 0 is a connection that was closed without an answer.
"""

import asyncio
import contextlib
import json
import re
import sys
import time
from collections import Counter
from urllib.request import urlopen

ADDRESS = "127.0.0.66"
AT_ONCE = 100
RATES = {"requests": 500, "log-ins": 200}
SLOW, BYTE_EVERY = 200, 10.0
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


async def flood(kind: str, port: int, seconds: float) -> Counter:
    """Ask until the time is over; returns how often each status came."""
    found: Counter = Counter()
    end = time.monotonic() + seconds
    if kind == "slow":
        await asyncio.gather(*(_crawl(port, end, found) for _ in range(SLOW)))
        return found
    request = _log_in(port) if kind == "log-ins" else _page(port)
    gate = asyncio.Semaphore(AT_ONCE)
    tasks, began, count = set(), time.monotonic(), 0
    while time.monotonic() < end:
        due = int((time.monotonic() - began) * RATES[kind])
        for _ in range(due - count):
            await gate.acquire()
            task = asyncio.create_task(_ask(port, request, found))
            tasks.add(task)
            task.add_done_callback(lambda done: (tasks.discard(done), gate.release()))
        count = max(due, count)
        await asyncio.sleep(0.01)
    await asyncio.gather(*tasks)
    return found


def _page(port: int) -> bytes:
    return f"GET /-/procedures?page={{}} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode()


def _log_in(port: int) -> bytes:
    with urlopen(f"http://127.0.0.1:{port}/-/log-in") as page:
        token, cookie = TOKEN.search(page.read().decode())[1], page.headers["Set-Cookie"].partition(";")[0]
    body = f"csrf_token={token}&email=jemand%40uebung.example&password=falsch-falsch-falsch"
    head = f"POST /-/log-in HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nCookie: {cookie}\r\n"
    kind = "Content-Type: application/x-www-form-urlencoded"
    return f"{head}{kind}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


async def _ask(port: int, request: bytes, found: Counter) -> None:
    status = 0
    with contextlib.suppress(OSError, ValueError, IndexError, TimeoutError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(ADDRESS, 0))
        try:
            writer.write(request)
            line = await asyncio.wait_for(reader.readline(), 30)
            status = int(line.split()[1])
            await asyncio.wait_for(reader.read(), 30)
        finally:
            writer.close()
    found[status] += 1


async def _crawl(port: int, end: float, found: Counter) -> None:
    """Send a request byte by byte; begin anew whenever the connection is closed."""
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            _reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(ADDRESS, 0))
            writer.write(b"POST /-/log-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n")
            while time.monotonic() < end and not writer.is_closing():
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(min(BYTE_EVERY, max(end - time.monotonic(), 0)))
            writer.close()
        found[0] += 1
        await asyncio.sleep(0.1)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(flood(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))))
