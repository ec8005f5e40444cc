import pytest
from tests.proof.test_machine import *


@pytest.mark.parametrize("kind", [NATURAL, SCANDAL, FLAMING])
@pytest.mark.parametrize("road", [Road.APPROVAL, Road.CHECK])
def test_dbg(stage, kind, road):
    m = Machine(stage)
    orig = m.does

    def does(act, by="", device=True):
        n = Entry.objects.count()
        r = orig(act, by, device)
        e = Entry.objects.latest("pk")
        sys.stdout.write(f"   {r} {e.event} {e.payload[:90]}\n")
        return r

    m.does = does
    m.catch(kind, Bearing.ORDINARY, road, "suzuki", True)
    sys.stdout.write(str(list(Delivery.objects.values_list("state", "held_codes"))) + "\n")
    m.teardown()
