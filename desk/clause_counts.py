"""How often each duty was at work lately: acts done on it, and acts refused for it. Two reads of the record."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.queries import counts_of, payloads_of_refusals
from rules.transitions import TABLE

LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Counts:
    """By duty key, over the last thirty days."""

    done: Counter[str]
    refused: Counter[str]


def counts(now: datetime) -> Counts:
    duty_of = {row.event: row.duty for row in TABLE}
    done: Counter[str] = Counter()
    for event, number in counts_of(list(duty_of), now - LATELY).items():
        done[duty_of[event]] += number
    refused: Counter[str] = Counter()
    for payload in payloads_of_refusals(now - LATELY):
        refused.update(json.loads(payload).get("duties", ()))
    return Counts(done, refused)
