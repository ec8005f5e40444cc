import pytest
from tests.support.cast import *
@pytest.mark.django_db(transaction=True)
def test_smoke(client):
    cast = make_cast()
    a = make_account(cast)
    client.force_login(cast.sato)
    r = client.get("/posts/new/")
    assert r.status_code == 200, r
    open("/tmp/new.html","wb").write(r.content)
    p = approved(cast, a)
    r = client.get(f"/posts/{p.pk}/")
    open("/tmp/detail.html","wb").write(r.content)
    assert r.status_code == 200
    r = client.get(f"/posts/")
    assert r.status_code == 200
    r = client.get(f"/posts/{p.pk}/edit/")
    assert r.status_code == 200
