"""The city site's files: facts in, paths and bytes out. Static, without a script, readable on their own.

No query, no clock, no folder. Markup is in `templates/site/`.
"""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from policies.site.content import Site, SiteAccount, SitePolicy

_SCRIPT_SAFE = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
_COLUMNS = (
    "名前",
    "サービス",
    "ユーザー名",
    "URL",
    "担当",
    "発信の内容",
    "状態",
    "運用方針",
    "適用する日",
    "終わった日",
    "終わった理由",
)


@dataclass(frozen=True)
class Download:
    """A file offered on the register page, with its size for those who count their data."""

    file: str
    label: str
    kilobytes: int


def render(site: Site) -> dict[str, bytes]:
    """Every file of the site by its path. The same facts always give the same bytes."""
    static = Path(settings.BASE_DIR) / "static"
    files = {
        "site.css": (static / "site.css").read_bytes(),
        "icon.svg": (static / "icon.svg").read_bytes(),
        "register.csv": register_csv(site),
        "register.json": _json(register_data(site)).encode(),
        "schema.json": _json(city_schema(site)).encode(),
    }
    files["index.html"] = _register_page(site, files)
    for account in (*site.accounts, *site.closed):
        files |= {f"{account.folder}{name}": page for name, page in _account_files(site, account).items()}
    return files


def _register_page(site: Site, files: Mapping[str, bytes]) -> bytes:
    downloads = [_download(files, "register.csv", "CSV"), _download(files, "register.json", "JSON")]
    context = {"site": site, "root": "", "downloads": downloads, "schema": for_script(city_schema(site))}
    return render_to_string("site/index.html", context).encode()


def _download(files: Mapping[str, bytes], name: str, label: str) -> Download:
    return Download(name, label, -(-len(files[name]) // 1024))


def _account_files(site: Site, account: SiteAccount) -> dict[str, bytes]:
    files = {version.file: _policy_page(site, account, version) for version in account.versions}
    if account.shown:
        files["index.html"] = _policy_page(site, account, account.shown)
        files["schema.json"] = _json(policy_schema(site, account, account.shown)).encode()
    return files


def _policy_page(site: Site, account: SiteAccount, policy: SitePolicy) -> bytes:
    context = {
        "site": site,
        "root": "../../",
        "account": account,
        "policy": policy,
        "schema": for_script(policy_schema(site, account, policy)),
    }
    return render_to_string("site/policy.html", context).encode()


def register_data(site: Site) -> dict[str, object]:
    """The register as data: what the page shows, with full addresses and ISO dates."""
    return {
        "city": site.city["name"],
        "as_of": site.as_of.isoformat(timespec="seconds"),
        "contact": {"name": site.city["desk_name"], "telephone": site.city["desk_phone"]},
        "accounts": [_entry(site, account) for account in site.accounts],
        "closed": [_entry(site, account) for account in site.closed],
    }


def _entry(site: Site, account: SiteAccount) -> dict[str, object]:
    shown = account.shown
    return {
        "name": account.name,
        "service": account.service,
        "handle": account.handle,
        "url": account.url,
        "section": account.section,
        "categories": list(shown.categories) if shown else [],
        "state": account.state_ja,
        "policy": f"{site.address}{account.folder}" if shown else "",
        "policy_effective_on": shown.effective_on.isoformat() if shown else "",
        "closed_on": account.closed_on.isoformat() if account.closed_on else "",
        "closed_reason": account.closed_reason,
    }


def register_csv(site: Site) -> bytes:
    """The same as a table for spreadsheets: UTF-8 with the mark that they look for."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(_COLUMNS)
    for account in (*site.accounts, *site.closed):
        entry = _entry(site, account)
        rows.writerow("、".join(value) if isinstance(value, list) else value for value in entry.values())
    return out.getvalue().encode("utf-8-sig")


def city_schema(site: Site) -> dict[str, object]:
    """schema.org: the city, its desk, and every address that is really its own."""
    return {
        "@context": "https://schema.org",
        **_organisation(site),
        "contactPoint": {
            "@type": "ContactPoint",
            "name": site.city["desk_name"],
            "telephone": site.city["desk_phone"],
            "availableLanguage": "ja",
        },
        "sameAs": [account.url for account in site.accounts],
    }


def policy_schema(site: Site, account: SiteAccount, policy: SitePolicy) -> dict[str, object]:
    """schema.org: one version of an operation policy, and the organisation and address that it is about."""
    return {
        "@context": "https://schema.org",
        "@type": "DigitalDocument",
        "name": f"{account.name}運用方針",
        "url": f"{site.address}{account.folder}",
        "inLanguage": "ja",
        "isAccessibleForFree": True,
        "version": str(policy.number),
        "datePublished": policy.published_on.isoformat(),
        "temporalCoverage": f"{policy.effective_on.isoformat()}/{policy.until_on or '..'}",
        "publisher": _organisation(site),
        "about": {
            "@type": "GovernmentOrganization",
            "name": account.section,
            "parentOrganization": _organisation(site),
            "sameAs": account.url,
        },
    }


def _organisation(site: Site) -> dict[str, object]:
    known = {"@type": "GovernmentOrganization", "name": site.city["name"]}
    return {**known, "url": site.city["url"]} if site.city.get("url") else dict(known)


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def for_script(data: object) -> SafeString:
    """JSON that cannot end the script element it stands in."""
    return mark_safe(_json(data).translate(_SCRIPT_SAFE))  # noqa: S308  # the three signs that could are escaped
