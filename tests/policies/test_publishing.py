"""Publishing: files first, then the state; what a folder that refuses leaves unchanged."""

import json
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.acts import ActRefused
from accounts.models import SocialAccount
from audit.models import Entry
from policies.actions import operation, policy, site
from policies.models import CityGate, CitySite, PolicyVersion
from policies.queries import policy_in_force
from policies.site.target import LocalFolder
from policies.tasks import refresh_site
from rules.states import PolicyState
from tests.policies.conftest import published
from tests.support.cast import Cast, make_account

FOLDER = "accounts/x-mima_kanko_demo/"


@pytest.mark.clause("mima:3-2-公表")
def test_publishing_puts_the_policy_on_the_city_site_and_then_in_force(
    cast: Cast, decided: PolicyVersion, now: datetime
) -> None:
    assert policy_in_force(decided.social_account, date(2026, 11, 20)) is None
    policy.publish(version=decided, by=cast.onishi, now=now)
    assert (decided.state, decided.published_by, decided.published_at) == (
        PolicyState.PUBLISHED,
        cast.onishi,
        now,
    )
    assert decided.published_url == f"/site/{FOLDER}"
    assert "キ 免責事項" in published(f"{FOLDER}index.html")
    assert policy_in_force(decided.social_account, date(2026, 11, 20)) == decided


def test_publishing_leaves_the_hash_of_what_was_read_back_in_the_record(
    cast: Cast, decided: PolicyVersion, now: datetime
) -> None:
    policy.publish(version=decided, by=cast.onishi, now=now)
    payload = json.loads(Entry.objects.get(event="policy.published").payload)
    assert payload["release"] == "r00000001"
    assert len(payload["digest"]) == 64


@pytest.mark.clause("mima:3-2-公表")
@pytest.mark.parametrize("who", ["sato", "suzuki", "kondo"])
def test_publishing_is_refused_from_everybody_but_web_admins(
    cast: Cast, decided: PolicyVersion, now: datetime, who: str, settings: Settings
) -> None:
    with pytest.raises(ActRefused) as caught:
        policy.publish(version=decided, by=getattr(cast, who), now=now)
    assert caught.value.refusal.codes == {"not_web_admin"}
    assert not settings.SITE_FOLDER.exists()


def test_publishing_is_refused_before_the_decision(cast: Cast, waiting: PolicyVersion, now: datetime) -> None:
    with pytest.raises(ActRefused) as caught:
        policy.publish(version=waiting, by=cast.onishi, now=now)
    assert caught.value.refusal.codes == {"wrong_state"}


def test_publishing_fails_and_changes_nothing_when_the_folder_cannot_be_written(
    cast: Cast, decided: PolicyVersion, now: datetime, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    settings.SITE_FOLDER = tmp_path / "file"
    with pytest.raises(policy.PublishFailed) as caught:
        policy.publish(version=decided, by=cast.onishi, now=now)
    sentence = str(caught.value)
    assert "フォルダーではありません" in sentence
    assert "まだ公表していません" in sentence
    assert "もう一度公表してください" in sentence
    decided.refresh_from_db()
    assert (decided.state, decided.published_at) == (PolicyState.DECIDED, None)
    entry = Entry.objects.get(event="policy.publish_failed")
    assert caught.value.record == f"{entry.stream} {entry.seq}"
    assert not Entry.objects.filter(event="policy.published").exists()
    assert "フォルダーではありません" in CitySite.objects.get().problem


def test_publishing_raises_the_gate_because_fewer_categories_may_be_allowed_from_now_on(
    cast: Cast, decided: PolicyVersion, now: datetime
) -> None:
    before = epoch()
    policy.publish(version=decided, by=cast.onishi, now=now)
    assert epoch() == before + 1
    policy.publish(version=decided, by=cast.onishi, now=now)
    assert epoch() == before + 2


def test_publishing_leaves_the_gate_alone_when_it_does_not_come_to_pass(
    cast: Cast, decided: PolicyVersion, now: datetime, settings: Settings, tmp_path: Path
) -> None:
    before = epoch()
    with pytest.raises(ActRefused):
        policy.publish(version=decided, by=cast.suzuki, now=now)
    (tmp_path / "file").write_text("x")
    settings.SITE_FOLDER = tmp_path / "file"
    with pytest.raises(policy.PublishFailed):
        policy.publish(version=decided, by=cast.onishi, now=now)
    assert epoch() == before


def test_publishing_again_mends_the_site_and_keeps_the_first_day(
    cast: Cast, decided: PolicyVersion, now: datetime, settings: Settings
) -> None:
    policy.publish(version=decided, by=cast.onishi, now=now)
    page = settings.SITE_FOLDER / "current" / FOLDER / "index.html"
    page.write_text("いたずら")
    policy.publish(version=decided, by=cast.onishi, now=now + timedelta(days=3))
    assert "キ 免責事項" in page.read_text()
    assert decided.published_at == now
    assert Entry.objects.filter(event="policy.published").count() == 2


def test_policy_of_the_future_is_not_in_force_until_its_day(
    cast: Cast, opened: SocialAccount, now: datetime
) -> None:
    version = _next(cast, opened, now, effective_on=date(2026, 12, 1), purpose="十二月からの目的。")
    on = policy_in_force(opened, date(2026, 11, 30))
    assert on is not None
    assert on.number == 1
    assert policy_in_force(opened, date(2026, 12, 1)) == version
    assert "十二月からの目的" not in published(f"{FOLDER}index.html")
    assert "次の版" in published(f"{FOLDER}index.html")
    assert "十二月からの目的" in published(f"{FOLDER}v2.html")


def test_site_changes_over_on_the_day_by_itself(cast: Cast, opened: SocialAccount, now: datetime) -> None:
    _next(cast, opened, now, effective_on=date(2026, 11, 21), purpose="あしたからの目的。")
    assert site.refresh_if_due(now=now + timedelta(hours=13)) == ""
    assert "あしたからの目的" not in published(f"{FOLDER}index.html")
    assert site.refresh_if_due(now=now + timedelta(hours=15)) == ""
    assert "あしたからの目的" in published(f"{FOLDER}index.html")
    assert Entry.objects.filter(stream="site", event="site.published").latest("seq").by.startswith("worker")


def test_old_versions_stay_readable(cast: Cast, opened: SocialAccount, now: datetime) -> None:
    _next(
        cast,
        opened,
        now,
        effective_on=date(2026, 11, 20),
        purpose="新しい目的。",
        change_note="目的を変えました",
    )
    now_page, old_page = published(f"{FOLDER}index.html"), published(f"{FOLDER}v1.html")
    assert "新しい目的。" in now_page
    assert "目的を変えました" in now_page
    assert 'href="v1.html"' in now_page
    assert "市の魅力を知っていただくため" in old_page
    assert "これは前の版です" in old_page
    assert "令和8年11月19日（2026年）まで" in old_page


def test_training_account_is_published_nowhere_but_gets_its_policy_in_force(
    cast: Cast, now: datetime
) -> None:
    account = make_account(cast, now=now)
    assert policy_in_force(account, date(2026, 11, 20)) is not None
    assert account.policy_versions.get().published_url == ""
    assert account.handle not in published("index.html")
    assert account.handle not in published("register.csv")
    assert LocalFolder(_site_folder()).read(f"{FOLDER}index.html") is None


def test_site_outage_later_leaves_the_policy_in_force(
    cast: Cast, opened: SocialAccount, settings: Settings, tmp_path: Path, now: datetime
) -> None:
    (tmp_path / "file").write_text("x")
    settings.SITE_FOLDER = tmp_path / "file"
    assert "書き込めません" in site.refresh(by="worker", now=now)
    assert policy_in_force(opened, date(2026, 11, 20)) is not None
    assert Entry.objects.filter(stream="site", event="site.publish_failed").count() == 1


def test_worker_tries_a_failed_site_again(
    cast: Cast, opened: SocialAccount, settings: Settings, tmp_path: Path, now: datetime
) -> None:
    good = settings.SITE_FOLDER
    (tmp_path / "file").write_text("x")
    settings.SITE_FOLDER = tmp_path / "file"
    site.refresh(by="worker", now=now)
    settings.SITE_FOLDER = good
    refresh_site()
    assert CitySite.objects.get().problem == ""


def test_worker_brings_the_site_back_when_a_publication_failed_after_the_switch(
    cast: Cast, decided: PolicyVersion, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are there, the database does not know: the city says what is not in force."""
    site.refresh(by="worker", now=now)
    with monkeypatch.context() as broken:
        broken.setattr(site, "payload", _broken_down)
        with pytest.raises(RuntimeError):
            policy.publish(version=decided, by=cast.onishi, now=now)
    decided.refresh_from_db()
    assert decided.state == PolicyState.DECIDED
    folder = LocalFolder(_site_folder())
    shown = folder.release()
    assert "免責事項" in published(f"{FOLDER}index.html")
    assert shown != CitySite.objects.get().release
    assert site.refresh_if_due(now=now) == ""
    assert folder.release() == CitySite.objects.get().release != shown
    assert "免責事項" not in (folder.read(f"{FOLDER}index.html") or b"").decode()


def test_worker_brings_the_site_back_when_somebody_turned_the_link(
    cast: Cast, opened: SocialAccount, now: datetime
) -> None:
    folder = LocalFolder(_site_folder())
    current = folder.release()
    operation.suspend(account=opened, reason="点検のため", by=cast.suzuki, now=now)
    assert "休止中" in published("index.html")
    folder.current.unlink()
    folder.current.symlink_to(Path("releases") / current)
    assert "休止中" not in published("index.html")
    assert site.refresh_if_due(now=now) == ""
    assert "休止中" in published("index.html")


def test_worker_brings_the_site_back_when_the_folder_was_emptied(
    opened: SocialAccount, now: datetime
) -> None:
    site.refresh(by="worker", now=now)
    shutil.rmtree(_site_folder())
    assert site.refresh_if_due(now=now) == ""
    assert opened.name in published("index.html")


def test_worker_writes_nothing_when_the_site_shows_what_it_should(
    opened: SocialAccount, now: datetime
) -> None:
    site.refresh(by="worker", now=now)
    release, entries = LocalFolder(_site_folder()).release(), Entry.objects.count()
    assert site.refresh_if_due(now=now) == ""
    assert LocalFolder(_site_folder()).release() == release
    assert Entry.objects.count() == entries


def test_worker_writes_no_site_before_the_first_publication(db: None, now: datetime) -> None:
    assert site.refresh_if_due(now=now) == ""
    assert not _site_folder().exists()


def epoch() -> int:
    return CityGate.objects.get(pk=1).epoch


def _broken_down(*args: object) -> object:
    raise RuntimeError("the process breaks down")


def _next(cast: Cast, account: SocialAccount, now: datetime, **content: object) -> PolicyVersion:
    version = policy.write(account=account, content=content, by=cast.onishi, now=now)
    policy.ask_decision(version=version, by=cast.onishi, now=now)
    policy.decide(version=version, by=cast.suzuki, now=now)
    return policy.publish(version=version, by=cast.onishi, now=now)


def _site_folder() -> Path:
    from django.conf import settings

    return Path(settings.SITE_FOLDER)
