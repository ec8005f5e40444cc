"""Two system admins who end each other at the same moment, on two real connections: one of them stays."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection

from accounts.actions.offices import Office, end_role, give_role
from accounts.actions.people import leave
from accounts.acts import ActRefused
from accounts.models import RoleAssignment, StaffMember
from rules.calendar import day_of
from rules.states import Role
from tests.support.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("way", ["end_role", "leave"])
def test_one_system_admin_stays_when_two_end_each_other_at_once(now: datetime, way: str) -> None:
    cast = make_cast()
    give_role(staff=cast.onishi, office=Office(Role.SYSTEM_ADMIN, day_of(now)), by=cast.kondo, now=now)
    results: list[str] = []
    start = threading.Barrier(2)

    def run(staff: StaffMember, by: StaffMember) -> None:
        start.wait()
        try:
            if way == "leave":
                leave(staff=staff, by=by, now=now)
            else:
                end_role(staff=staff, role=Role.SYSTEM_ADMIN, by=by, now=now)
            results.append("done")
        except ActRefused as error:
            results.append(" ".join(error.refusal.codes))
        finally:
            connection.close()

    pairs = ((cast.kondo, cast.onishi), (cast.onishi, cast.kondo))
    threads = [threading.Thread(target=run, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["done", "last_admin"]
    tomorrow = day_of(now) + timedelta(days=1)
    assert RoleAssignment.objects.in_force(tomorrow).filter(role=Role.SYSTEM_ADMIN).count() == 1
