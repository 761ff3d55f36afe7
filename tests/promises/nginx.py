"""A real nginx with the configuration of the documentation, on a port of its own, without TLS."""

import getpass
import grp
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from tests.benchmarks.served import ROOT, free_port

EXAMPLE = ROOT / "config" / "nginx.conf.example"
AROUND = """
daemon off;
worker_processes 1;
user {user} {group};
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 2048; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u;
    scgi_temp_path {folder}/s;
    proxy_cache_path {folder}/kept keys_zone=kept:1m;
    include {folder}/portal.conf;
}}
"""
ELSEWHERE = (
    (r"server \{\s*listen 80;.*?\n\}\n", ""),  # leads to TLS
    (r"\n *ssl_certificate[^\n]*", ""),
    (r"listen 443 ssl;", "listen 127.0.0.1:{own};"),
    (r"server 127\.0\.0\.1:8000;", "server 127.0.0.1:{behind};"),
    (r"server_name [^;]*;", "server_name _;"),
    (r"proxy_set_header Host \$host;", "proxy_set_header Host $http_host;"),
    (r"X-Forwarded-Proto https;", "X-Forwarded-Proto http;"),
)


def configured(own: int, behind: int, keeping: str = "") -> str:
    """The example with other addresses, and with what lets it keep answers. Fails where the example lacks a place."""
    text = EXAMPLE.read_text("utf-8")
    for pattern, instead in ELSEWHERE:
        text, number = re.subn(pattern, instead.format(own=own, behind=behind), text, flags=re.DOTALL)
        assert number, f"{EXAMPLE.name} has no {pattern}"
    return re.sub(r"(location /(?:static/)? \{\n)(?! *return)", rf"\1{keeping}", text)


@contextmanager
def proxied(behind: int, folder: Path, *, keeping: str = "") -> Iterator[int]:
    """The port of an nginx in front of what listens at `behind`, while the block runs."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    assert program, "nginx is missing; install it: sudo apt-get install -y nginx-light"
    own = free_port()
    folder.mkdir()
    (folder / "portal.conf").write_text(configured(own, behind, keeping), "utf-8")
    (folder / "nginx.conf").write_text(
        AROUND.format(folder=folder, user=getpass.getuser(), group=grp.getgrgid(os.getgid()).gr_name), "utf-8"
    )
    process = subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    try:
        _wait(process, own, folder)
        yield own
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _wait(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    for _ in range(100):
        assert process.poll() is None, (folder / "error.log").read_text("utf-8")
        try:
            urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("nginx does not answer")
