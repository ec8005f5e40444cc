"""`make mutants`: are the rules tested so closely that a small fault in any of them makes a test fail?

Every mutant (see `mutation.py`) is tried in a fork of one warm pytest session, so that Python, Django and pytest start
once. Only the mutated module and what imports it are imported anew; nothing is written to disk. Survivors that are
no fault stand in tests/mutants/survivors.toml, each with its reason. Knows nothing about what the rules say.
"""

import argparse
import ast
import gc
import os
import sys
import tempfile
import time
import tomllib
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import CodeType

import pytest

from scripts.mutation import Mutant, mutants

RULES = Path("rules")
NAMES = ("gates", "exemptions", "transitions", "workflow", "*_gates")
# The quick ones: what walks state spaces or databases takes longer for one mutant than all of these.
TESTS = ("tests/rules/test_*.py", "tests/proof/test_matrix_*.py")
SURVIVORS = Path("tests/mutants/survivors.toml")
KEPT = 95  # per cent of the mutants that must be killed, in each module
PROOF_SAMPLE = "3000"  # of the cases of tests/proof, for each mutant
HANGS_AFTER = 60.0  # seconds at least; a slower machine gets more
OPTIONS = ("-qq", "-s", "-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider")
INI = ("-o", "addopts=", "--import-mode=importlib", "--no-header")
FORK = get_context("fork")

NOWHERE = "there is no such mutant"

Name = tuple[str, str, str]


# --- In the fork: one mutant in the place of its module


def dotted(module: str) -> str:
    return module.removesuffix(".py").replace("/", ".")


def imports(path: Path) -> set[str]:
    """Modules that the module at `path` names in its imports: `from rules import gates` names rules.gates too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def stale(module: str) -> set[str]:
    """The mutated module and every module beside it that builds on it."""
    builds_on = {dotted(path.as_posix()): imports(path) for path in Path(module).parent.glob("*.py")}
    found = {dotted(module)}
    while more := {name for name, named in builds_on.items() if named & found} - found:
        found |= more
    return found


class Loader(SourceFileLoader):
    """Loads the mutant's code under the module's own name and path."""

    def __init__(self, mutant: Mutant) -> None:
        self.module = mutant.module
        super().__init__(dotted(mutant.module), str(Path(mutant.module).resolve()))
        # Compiled before the fork, so that a mutant that is no Python stops the tool instead of counting as killed.
        self.code = compile(mutant.after, self.path, "exec")

    def get_code(self, fullname: str) -> CodeType:
        return self.code


@dataclass(frozen=True)
class Finder:
    loader: Loader

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != self.loader.name:
            return None
        return spec_from_file_location(name, self.loader.path, loader=self.loader)


def install(loader: Loader) -> None:
    for name in stale(loader.module):
        package, _, attribute = name.rpartition(".")
        if sys.modules.pop(name, None) and hasattr(sys.modules[package], attribute):
            delattr(sys.modules[package], attribute)
    sys.meta_path.insert(0, Finder(loader))


def silence() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def failure_in(session: pytest.Session, target: str) -> str:
    """The first test of `target` (a file or a test) that fails, "" when none does."""
    try:
        items = [item for item in session.perform_collect([target]) if isinstance(item, pytest.Item)]
    except pytest.UsageError:  # under this mutant there is no such test
        return ""
    if session.testsfailed:  # the file cannot even be imported
        return target
    pairs = zip(items, [*items[1:], None], strict=True)
    return next((item.nodeid for item, following in pairs if fails(item, following)), "")


def fails(item: pytest.Item, following: pytest.Item | None) -> bool:
    item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
    return item.session.testsfailed > 0


def try_out(session: pytest.Session, loader: Loader, targets: Sequence[str], mouth: Connection) -> None:
    """Answers (killer, seconds of each target); the killer is "" for a survivor."""
    silence()
    install(loader)
    killer, seconds = "", dict[str, float]()
    for target in targets:
        begun = time.monotonic()
        killer = killer or failure_in(session, target)
        seconds[target] = time.monotonic() - begun
    mouth.send((killer, seconds))


# --- Outside: two trials at a time, the likeliest killers first


@dataclass
class Trial:
    """One mutant in its fork."""

    session: pytest.Session
    mutant: Mutant
    targets: Sequence[str]
    grace: float

    def __post_init__(self) -> None:
        self.ear, mouth = FORK.Pipe(duplex=False)
        loader = Loader(self.mutant)
        self.process = FORK.Process(target=try_out, args=(self.session, loader, self.targets, mouth))
        self.process.start()
        mouth.close()
        self.ends_at = time.monotonic() + self.grace

    @property
    def ended(self) -> bool:
        return self.ear.poll() or time.monotonic() > self.ends_at

    def verdict(self) -> tuple[str, dict[str, float]]:
        """The killer and the seconds; a fork that hangs or dies has noticed the mutant too."""
        try:
            found: tuple[str, dict[str, float]] = self.ear.recv() if self.ear.poll() else ("hangs", {})
        except EOFError:
            found = ("dies", {})
        self.process.kill()
        self.process.join()
        self.ear.close()
        return found


def pool(session: pytest.Session, todo: Sequence[Mutant], plan: "Trials", grace: float) -> Iterator[Trial]:
    """Tries each mutant, as many at a time as there are workers; gives the trials as they end."""
    waiting, running = deque(todo), list[Trial]()
    while waiting or running:
        while waiting and len(running) < plan.workers:
            mutant = waiting.popleft()
            running.append(Trial(session, mutant, plan.order(mutant), grace))
        wait([trial.ear for trial in running], timeout=1)
        for trial in [trial for trial in running if trial.ended]:
            running.remove(trial)
            yield trial


@dataclass
class Trials:
    """A pytest plugin: the session collects and runs nothing itself, its forks do."""

    mutants: Sequence[Mutant]
    files: Sequence[str]
    workers: int
    killers: dict[Name, str] = field(default_factory=dict)
    broken: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    lately: dict[str, deque[str]] = field(default_factory=dict)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> bool:
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        calm_hypothesis()
        gc.freeze()
        self.try_unchanged(session)
        if not self.broken:
            grace = max(HANGS_AFTER, 5 * sum(self.seconds.values()))
            for trial in pool(session, self.mutants, self, grace):
                self.note(trial)
        return True

    def try_unchanged(self, session: pytest.Session) -> None:
        """Each module in its own place, only imported as mutants are: this must survive, or kills mean nothing."""
        modules = {mutant.module: mutant.before for mutant in self.mutants}
        todo = [Mutant(module, "", "nothing", 0, text, text) for module, text in modules.items()]
        for trial in pool(session, todo, self, 10 * HANGS_AFTER):
            killer, self.seconds = trial.verdict()
            self.broken = self.broken or killer

    def order(self, mutant: Mutant) -> list[str]:
        """What killed the neighbours lately, then the files by what they kill in a second."""
        near = [*self.lately.get(mutant.where, ()), *self.lately.get(mutant.module, ())]
        return list(dict.fromkeys([*near, *sorted(self.files, key=self.dulness)]))

    def dulness(self, file: str) -> float:
        return (self.seconds.get(file, 0) + 0.05) / (self.kills[file] + 1)

    def note(self, trial: Trial) -> None:
        killer, _ = trial.verdict()
        self.killers[trial.mutant.name] = killer
        if "::" in killer:
            self.kills[killer.partition("::")[0]] += 1
            for place in (trial.mutant.where, trial.mutant.module):
                self.lately.setdefault(place, deque(maxlen=2)).appendleft(killer)
        if not killer:
            print(f"survived: {trial.mutant.place}", flush=True)
        self.progress()

    def progress(self) -> None:
        tried, alive = len(self.killers), sum(not killer for killer in self.killers.values())
        if tried % 50 == 0 or tried == len(self.mutants):
            print(f"{tried}/{len(self.mutants)} tried, {alive} survived", flush=True)


def calm_hypothesis() -> None:
    """The same examples each time, no verdict by the clock, no search for the smallest example, no files."""
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "mutants",
        database=None,
        deadline=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("mutants")


# --- The report


def explained(modules: Sequence[str]) -> dict[Name, str]:
    """Accepted survivors (of `modules`, if any are named) and their reasons; one without a reason is an error."""
    rows = tomllib.loads(SURVIVORS.read_text(encoding="utf-8")) if SURVIVORS.exists() else {}
    found = {(row["module"], row["where"], row["change"]): row["reason"] for row in rows.get("survivor", [])}
    if blank := [name for name, reason in found.items() if not reason.strip()]:
        raise SystemExit(f"{SURVIVORS}: no reason for {blank}")
    return {name: reason for name, reason in found.items() if not modules or name[0] in modules}


def table(all_mutants: Sequence[Mutant], killers: dict[Name, str]) -> dict[str, float]:
    """Prints mutants, killed, survived by module; returns the per cent killed."""
    rates = {}
    print(f"\n{'module':32} mutants  killed  survived       %")
    for module, count in Counter(mutant.module for mutant in all_mutants).items():
        killed = sum(bool(killers[mutant.name]) for mutant in all_mutants if mutant.module == module)
        rates[module] = 100 * killed / count
        print(f"{module:32} {count:7} {killed:7} {count - killed:9} {rates[module]:7.1f}")
    return rates


def tell(mutant: Mutant, reason: str) -> None:
    print(f"\n{mutant.place}")
    print("\n".join(f"  {line}" for line in mutant.diff))
    print(f"  accepted: {reason}" if reason else "  NOT EXPLAINED")


def untrue(accepted: dict[Name, str], killers: dict[Name, str]) -> list[str]:
    """Entries of the accepted survivors that are none: killed by now, or not there any more."""
    fates = {name: killers.get(name, NOWHERE) for name in accepted}
    return [f"{SURVIVORS}: {name}: {fate}" for name, fate in fates.items() if fate]


def report(all_mutants: Sequence[Mutant], killers: dict[Name, str], accepted: dict[Name, str]) -> list[str]:
    """Prints the survivors and the table; returns what is wrong, one line each."""
    survivors = [mutant for mutant in all_mutants if not killers[mutant.name]]
    for mutant in survivors:
        tell(mutant, accepted.get(mutant.name, ""))
    rates = table(all_mutants, killers)
    unheard = Counter(killer for killer in killers.values() if "::" not in killer and killer)
    print(f"\nkilled otherwise than by a failing test: {dict(unheard)}" if unheard else "")
    unexplained = sum(mutant.name not in accepted for mutant in survivors)
    return [
        *(f"{module}: {rate:.1f} % killed, {KEPT} % wanted" for module, rate in rates.items() if rate < KEPT),
        *([f"{unexplained} survivors without a reason in {SURVIVORS}"] if unexplained else []),
        *untrue(accepted, killers),
    ]


# --- The command


def chosen(modules: Sequence[str]) -> list[Mutant]:
    found = sorted({path for name in NAMES for path in RULES.glob(f"{name}.py")})
    names = modules or [path.as_posix() for path in found]
    return [each for name in names for each in mutants(name, Path(name).read_text(encoding="utf-8"))]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", help="rules/gates.py ...; all of them when none is named")
    parser.add_argument("--list", action="store_true", help="only say which mutants there are")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2)
    return parser.parse_args()


def tried(all_mutants: Sequence[Mutant], workers: int) -> Trials:
    files = [path.as_posix() for pattern in TESTS for path in sorted(Path().glob(pattern))]
    trials = Trials(all_mutants, files, workers)
    os.environ.setdefault("PROOF_SAMPLE", PROOF_SAMPLE)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PYTEST_DEBUG_TEMPROOT"] = folder
        pytest.main([*OPTIONS, *INI, *files], plugins=[trials])
    return trials


def main() -> int:
    asked = arguments()
    all_mutants = chosen(asked.modules)
    if asked.list:
        print("\n".join(mutant.place for mutant in all_mutants))
        return 0
    begun, accepted = time.monotonic(), explained(asked.modules)
    trials = tried(all_mutants, asked.workers)
    if trials.broken or len(trials.killers) < len(all_mutants):
        print(f"mutants: the tests fail without any mutant: {trials.broken or 'pytest did not start'}")
        return 2
    wrong = report(all_mutants, trials.killers, accepted)
    print(f"{len(all_mutants)} mutants in {(time.monotonic() - begun) / 60:.1f} minutes")
    print("".join(f"FAIL {line}\n" for line in wrong), end="")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
