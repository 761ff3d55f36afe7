"""A small loader: so many connections that ask one page again and again, for some seconds."""

import threading
import time
from http.client import HTTPConnection
from statistics import median

CONNECTIONS, SECONDS, ROUNDS = 8, 1.5, 3


def requests_per_second(port: int, path: str) -> float:
    """The middle of three rounds. Raises RuntimeError when an answer is not 200."""
    _ask_once(port, path)
    return median(_round(port, path) for _ in range(ROUNDS))


def _round(port: int, path: str) -> float:
    counts = [0] * CONNECTIONS
    began = time.perf_counter()
    until = began + SECONDS
    threads = [threading.Thread(target=_ask, args=(port, path, until, counts, number)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if min(counts) < 0:
        raise RuntimeError(f"{path} did not always answer 200.")
    return sum(counts) / (time.perf_counter() - began)


def _ask(port: int, path: str, until: float, counts: list[int], number: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        while time.perf_counter() < until:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                counts[number] = -1_000_000
                return
            counts[number] += 1
    except OSError:
        counts[number] = -1_000_000
    finally:
        connection.close()


def _ask_once(port: int, path: str) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}.")
