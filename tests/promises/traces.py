"""What processes asked of the system, in the order of time: requests, writes to the log, syncs of it, confirmations."""

import re
from pathlib import Path
from typing import NamedTuple

LINE = re.compile(r"(\d+) +(\d+\.\d+) (.*)")
CALL = re.compile(r"(\w+)\((.*)")
TOOK = re.compile(r"<(\d+\.\d+)>$")
CALLS = "recvfrom,sendto,fdatasync,fsync,pwrite64"
SYNCS = ("fdatasync", "fsync")


class Moment(NamedTuple):
    """Something that happened at an instant (seconds): request, written, synced, confirmed."""

    at: float
    what: str


def tracer(file: Path) -> tuple[str, ...]:
    """The command before a command that writes down what its processes ask of the system."""
    what = ("-e", f"trace={CALLS}", "-e", "signal=none")
    return ("strace", "-f", "--seccomp-bpf", "-y", "-ttt", "-T", "-s", "80", *what, "-o", str(file))


def moments(file: Path, log: str) -> list[Moment]:
    """What a trace says of a log whose path holds these words, and of the answers of the site."""
    found: list[Moment] = []
    waiting: set[str] = set()  # threads that wait for a sync of the log
    for line in file.read_text("utf-8", "replace").splitlines():
        parsed = LINE.match(line)
        if parsed is None:
            continue
        thread, at, rest = parsed[1], float(parsed[2]), parsed[3]
        if rest.startswith("<... f") and thread in waiting and " = 0" in rest:
            waiting.discard(thread)
            found.append(Moment(at, "synced"))
        elif (call := CALL.match(rest)) is not None:
            found += _moment(call[1], call[2], at, log, thread, waiting)
    return found


def _moment(name: str, said: str, at: float, log: str, thread: str, waiting: set[str]) -> list[Moment]:
    if name in SYNCS and log in said:
        if "<unfinished" in said:
            waiting.add(thread)
            return []
        took = TOOK.search(said)
        return [Moment(at + float(took[1] if took else 0), "synced")] if " = 0" in said else []
    if name == "pwrite64" and log in said:
        return [Moment(at, "written")]
    if name == "recvfrom" and '"POST ' in said:
        return [Moment(at, "request")]
    if name == "sendto" and '"HTTP/1.1 303' in said:
        return [Moment(at, "confirmed")]
    return []


def confirmations(*traces: list[Moment]) -> tuple[int, int]:
    """How many answers said "saved", and how many of them before the log of their request was synced."""
    all_, early, dirty, synced = 0, 0, False, False
    for moment in sorted(moment for trace in traces for moment in trace):
        if moment.what == "request":
            dirty, synced = False, False
        elif moment.what == "written":
            dirty = True
        elif moment.what == "synced":
            dirty, synced = False, True
        else:
            all_ += 1
            early += dirty or not synced
    return all_, early
