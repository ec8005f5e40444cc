"""Our requests against the networks' own descriptions, which lie beside the project in `shared/platforms/specs`."""

import warnings
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl

from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest

from tests.servers.loopback import Request
from tests.support.require import require

SPECS = Path(__file__).parents[3] / "shared/platforms/specs"


@cache
def description(name: str) -> OpenAPI:
    path = SPECS / name
    require(path.is_file(), f"platforms/specs/{name}", "in a folder named shared beside this project")
    return OpenAPI.from_file_path(str(path), config=Config(spec_validator_cls=None))


def fault(name: str, host: str, request: Request) -> str:
    """What the description has against this request; "" when it is as described."""
    path, _, query = request.path.partition("?")
    args = dict(parse_qsl(query))
    content_type = request.headers.get("content-type", "")
    shown = MockRequest(
        host,
        request.method.lower(),
        path,
        args=args,
        headers=dict(request.headers),
        data=request.body,
        content_type=content_type,
    )
    try:
        with warnings.catch_warnings():
            # OAuth is not for this check: it knows only keys and passwords.
            warnings.filterwarnings("ignore", "Unsupported scheme type")
            description(name).validate_request(shown)
    except OpenAPIError as error:
        cause = error.__cause__
        return f"{request.method} {path}: {error} {[each.message for each in getattr(cause, 'schema_errors', [])]}"
    return ""


def faults(name: str, host: str, requests: Iterable[Request]) -> list[str]:
    return [found for request in requests if (found := fault(name, host, request))]
