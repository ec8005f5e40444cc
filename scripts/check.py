"""`make check`: every check that changes nothing, one after the other; all of them run, then the status says.

CI runs this and nothing else besides the tests.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts import make_secrets
from scripts.processes import here

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT = {"DEBUG": "1"}

CHECKS: Mapping[str, Sequence[str]] = {
    "ruff": ("ruff", "check", "--quiet", "."),
    "format": ("ruff", "format", "--check", "--quiet", "."),
    "types": ("mypy", "--no-error-summary"),
    "templates": ("djlint", "--lint", "--quiet", "templates"),
    "arrows": ("lint-imports", "--no-logo"),
    "migrations": ("python", "manage.py", "makemigrations", "--check", "--dry-run"),
    "documents": ("python", "manage.py", "write_docs", "--check"),
    "clauses": ("python", "manage.py", "clause_coverage", "--check"),
    "sizes": ("pytest", "-q", "-n0", "-p", "no:randomly", "tests/ops/test_sizes.py"),
    "production": ("python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
}


def production(folder: Path) -> dict[str, str]:
    """The environment of a production start, with fresh secrets in `folder`."""
    make_secrets.make(folder, make_secrets.APPLICATION)
    return {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(folder / "var"),
        "SECRET_KEY_FILE": str(folder / "secret_key"),
        "CREDENTIAL_KEYS_FILE": str(folder / "credential_keys"),
        "ALLOWED_HOSTS": "sns.example.lg.jp",
        "CITY_NETWORKS": "10.20.0.0/16",
    }


def passes(name: str, env: Mapping[str, str]) -> bool:
    """Runs one check; it speaks only when it fails."""
    begun = time.monotonic()
    done = subprocess.run(
        here(CHECKS[name]), cwd=ROOT, env=dict(env), capture_output=True, text=True, check=False
    )
    kept = done.returncode == 0
    print(f"{'ok  ' if kept else 'FAIL'} {name} ({time.monotonic() - begun:.1f} s)", flush=True)
    if not kept:
        print(done.stdout + done.stderr, flush=True)
    return kept


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        fresh = production(Path(folder))
        ordinary = {**os.environ, **DEVELOPMENT, "VAR_DIR": fresh["VAR_DIR"]}
        failed = [name for name in CHECKS if not passes(name, fresh if name == "production" else ordinary)]
    print(f"check: 失敗 {'、'.join(failed)}" if failed else f"check: {len(CHECKS)} checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
