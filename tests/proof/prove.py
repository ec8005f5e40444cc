"""`make prove`: the whole product, situation by situation, and the states that a post can come into.

Prints how many were asked, agreed and were excluded per road, what each ruling touched, and how long it took.
Ends with 1 on any disagreement, or when a ruling touches nothing any more.
"""

import os
import sys
import time
from collections import Counter
from itertools import repeat
from multiprocessing import Pool
from multiprocessing.pool import Pool as PoolOfProcesses

from tests.proof.cases import at, size
from tests.proof.compare import Tally, tally
from tests.proof.oracle import Road
from tests.proof.reach import walk
from tests.proof.reach_facts import Scenario
from tests.proof.reach_invariants import INVARIANTS
from tests.proof.rulings import RULINGS

_CHUNK = 12_000


def main() -> int:
    """The process's exit code."""
    with Pool(os.cpu_count()) as pool:
        sound = [_prove_the_table(pool), _prove_the_walks(pool)]
    return 0 if all(sound) else 1


def _prove_the_table(pool: PoolOfProcesses) -> bool:
    """Oracle against product, the whole of it."""
    whole = Tally()
    for road in Road:
        began = time.monotonic()
        account = Tally()
        for part in pool.imap_unordered(_prove, zip(repeat(road), range(0, size(road), _CHUNK))):
            account.add(part)
        _say(_line(road, account, time.monotonic() - began))
        whole.add(account)
    _say(_rulings(whole.touched), *whole.complaints)
    unused = [ruling.name for ruling in RULINGS if not whole.touched[ruling.name]]
    if unused:
        _say(f"These rulings touch nothing: {', '.join(unused)}")
    return not (whole.differing or unused)


def _prove_the_walks(pool: PoolOfProcesses) -> bool:
    """Every reachable state, in every scenario."""
    _say("What can be reached by acts, answers and restrictions:")
    states, edges, faults = 0, 0, []
    for title, its_states, its_edges, its_faults in pool.imap(_walk, Scenario.all()):
        _say(f"  {title:32} {its_states:7,} states  {its_edges:9,} edges  {len(its_faults)} faults")
        states, edges, faults = states + its_states, edges + its_edges, faults + its_faults
    _say(f"  {'in all':32} {states:7,} states  {edges:9,} edges  {len(INVARIANTS)} invariants", *faults[:5])
    return not faults


def _walk(scenario: Scenario) -> tuple[str, int, int, list[str]]:
    found = walk(scenario)
    faults = [fault for invariant in INVARIANTS for fault in invariant(found)]
    return scenario.title, len(found.states), len(found.edges), faults


def _prove(part: tuple[Road, int]) -> Tally:
    road, start = part
    return tally(at(road, number) for number in range(start, min(start + _CHUNK, size(road))))


def _line(road: Road, account: Tally, seconds: float) -> str:
    return (
        f"{road:8} {account.asked:9,} asked  {account.agreed:9,} agreed  {account.excluded:9,} excluded"
        f"  {account.differing:5,} differ  ({account.go:,} go out, {seconds:.0f} s)"
    )


def _rulings(touched: Counter[str]) -> str:
    says = {ruling.name: ruling.says for ruling in RULINGS}
    rows = (
        f"{name:16} {count:9,}  {says.get(name, 'in the world')}" for name, count in sorted(touched.items())
    )
    return "Rulings, and how many situations each touches:\n" + "\n".join(rows)


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
