"""len.platform: longer than the network takes. The counting is the networks' own and arrives as facts."""

from collections.abc import Iterator
from typing import Final

from rules.checks.check import Check
from rules.checks.findings import Hit, Severity
from rules.checks.material import Material, World


def too_long(material: Material, world: World) -> Iterator[Hit]:
    """mima:4-5-正確: what does not fit is cut off or refused, and then says something else."""
    for count in world.measured:
        if count.over > 0:
            yield Hit(
                f"{count.what_ja}が{count.over}{count.unit_ja}多いです（{count.used}／{count.limit}{count.unit_ja}）。",
                suggestion="短くするか、減らしてください。",
            )


CHECKS: Final = (Check("len.platform", Severity.BLOCK, "サービスの上限", on_whole=too_long),)
