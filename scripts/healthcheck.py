"""Asks the web process on this machine whether it can serve. Used by the supervisor and by the container."""

import http.client
import os
import sys


def host_to_ask_for() -> str:
    """A host name that the process accepts: the first of ALLOWED_HOSTS, or localhost."""
    first = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    return first if first not in ("", "*") else "localhost"


def is_healthy(port: int, *, timeout: float = 3.0) -> bool:
    """Whether /healthz answers 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", "/healthz", headers={"Host": host_to_ask_for()})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_healthy(int(os.environ.get("PORT", "8000"))) else 1)
