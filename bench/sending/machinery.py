"""The processes of one run: the network and one real worker, their ports and their clean end."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import httpx

from scripts.processes import WORKER, WORKER_QUIET, here

# The product's senders are threads; the goal speaks of sixteen in flight.
IN_FLIGHT = 16
PATIENCE = 60.0


@dataclass
class Network:
    """The loopback network, told by HTTP how slow to be; asked for how many posts it has answered."""

    url: str
    _client: httpx.Client = field(default_factory=httpx.Client)

    def begin(self, pause: float) -> None:
        self._client.put(f"{self.url}/pause/{pause}")

    def answered(self) -> int:
        return int(self._client.get(self.url).json()["answered"])


@contextmanager
def running(database_url: str, redis_url: str) -> Iterator[Network]:
    """The network and a worker on that database and that queue."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    env = os.environ | {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "OUTBOUND_ALLOW_LOOPBACK": "1",
        "BENCH_TARGET": url,
    }
    with ExitStack() as stack:
        stack.enter_context(_process([sys.executable, "-m", "bench.sending.target", str(port)], env))
        stack.enter_context(_process(_worker(), env))
        network = Network(url)
        _wait_for(port)
        yield network


def _worker() -> list[str]:
    product = [*here(WORKER), *WORKER_QUIET]
    told = {"sns_governance": "bench.sending.worker", "INFO": "WARNING"}
    command = [told.get(word, word) for word in product]
    command[command.index("--concurrency") + 1] = str(IN_FLIGHT)
    return command


@contextmanager
def _process(command: list[str], env: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, env=env)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the loopback network does not start")
