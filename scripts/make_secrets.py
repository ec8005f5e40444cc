"""Makes the secrets of an installation, once, into a folder that only its owner may enter.

An existing secret is never overwritten: it opens what was sealed with it.
"""

import base64
import secrets
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from sns_governance.env import KEY_BYTES

OWNER_ONLY = 0o600
# Containers read a secret as another user than its owner; the folder, closed to others, is the lock.
INSIDE_CLOSED_FOLDER = 0o644


def secret_key() -> str:
    return secrets.token_urlsafe(64)


def credential_keys() -> str:
    """A key ring with one key, named so that a later one sorts after it."""
    return "k1:" + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


APPLICATION: Mapping[str, Callable[[], str]] = {
    "secret_key": secret_key,
    "credential_keys": credential_keys,
}


def make(folder: Path, makers: Mapping[str, Callable[[], str]], *, mode: int = OWNER_ONLY) -> list[Path]:
    """Writes each secret that `folder` does not hold yet and returns the paths of the new ones."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    made = []
    for name, maker in makers.items():
        path = folder / name
        if path.exists():
            continue
        path.touch(mode=OWNER_ONLY)
        path.write_text(maker(), encoding="utf-8")
        path.chmod(mode)
        made.append(path)
    return made


def database_secrets() -> dict[str, Callable[[], str]]:
    """The owner migrates; the application's role owns no table, so it cannot drop the record's triggers."""
    owner, application = secrets.token_hex(24), secrets.token_hex(24)
    return {
        "postgres_owner_password": lambda: owner,
        "postgres_app_password": lambda: application,
        "database_url_owner": lambda: f"postgres://sns_owner:{owner}@postgres:5432/sns",
        "database_url": lambda: f"postgres://sns_app:{application}@postgres:5432/sns",
    }


def main() -> int:
    """`make_secrets.py FOLDER`: everything docker-compose.yml names."""
    folder = Path(sys.argv[1])
    database = database_secrets()
    present = [name for name in database if (folder / name).exists()]
    if present and len(present) < len(database):
        print(
            f"{folder} に {'、'.join(present)} だけがあります。データベースの秘密は4つで一組です。",
            file=sys.stderr,
        )
        return 1
    for path in make(folder, {**APPLICATION, **database}, mode=INSIDE_CLOSED_FOLDER):
        print(f"作りました: {path}")
    print(f"{folder} の秘密は、控えを安全な場所に取ってください。失うと、預けた認証情報を開けなくなります。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
