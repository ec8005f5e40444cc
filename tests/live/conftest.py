"""Everything here calls real networks: it is marked `live`, left out unless that is asked for, and shows no secret."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from platforms.base import Adapter
from platforms.errors import PlatformError
from tests.live import keys

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`pytest` alone must not call anybody: only `-m live` does."""
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    for item in ours:
        item.add_marker(pytest.mark.live)
    if ours and "live" not in config.getoption("markexpr"):
        items[:] = [item for item in items if item not in ours]
        config.hook.pytest_deselected(items=ours)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "network" in metafunc.fixturenames:
        able = keys.MAY_POST_TO if metafunc.definition.get_closest_marker("posts") else keys.VARIABLES
        metafunc.parametrize("network", [name for name in keys.chosen() if name in able])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Whatever went wrong: what an error, a traceback or the captured output shows of a key is covered."""
    report = yield
    report.sections = [(name, keys.masked(text)) for name, text in report.sections]
    if report.failed:
        report.longrepr = keys.masked(str(report.longrepr))
    return report


@pytest.fixture
def adapter(network: str) -> Iterator[Adapter]:
    with keys.connected(network) as adapter:
        yield adapter


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """What a network answers is told in its own words, without our calls' insides."""
    try:
        return (yield)
    except PlatformError as error:
        failed = pytest.fail.Exception(f"{pyfuncitem.callspec.params['network']}: {error}", pytrace=False)
    raise failed from None
