"""正式な文: the official wording of clauses, as imported. Reading only."""

from collections.abc import Mapping

from accounts.models import RegulationText


def words_of(rulebook: str) -> Mapping[str, str]:
    """Clause id → its official words, from the newest import of the rulebook; {} where nothing was imported."""
    newest = RegulationText.objects.filter(rulebook=rulebook).order_by("-pk").first()
    if newest is None:
        return {}
    return dict(newest.wordings.exclude(clause_id="").values_list("clause_id", "words"))
