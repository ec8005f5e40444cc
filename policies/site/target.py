"""Where the city site is published to: a local folder that shows the whole new site at once, or the old one.

Writes bytes, reads them back, switches, tidies up. Knows nothing of policies and nothing of pages.
"""

import errno
import hashlib
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

KEPT_RELEASES = 5
LONGEST_PATH = 200  # bytes; no file of ours has a longer name, and file systems stop at 255
_RELEASE = re.compile(r"r\d{8}")
_WHY = {
    errno.EACCES: "書き込む権限がありません",
    errno.EPERM: "書き込む権限がありません",
    errno.EROFS: "読み取り専用です",
    errno.ENOSPC: "空き容量がありません",
    errno.EDQUOT: "空き容量がありません",
    errno.ENOTDIR: "フォルダーではありません",
    errno.EEXIST: "フォルダーではありません",
    errno.ENOENT: "フォルダーがありません",
}


class TargetError(Exception):
    """The site was not published; what stood there before still stands. The text is a Japanese sentence."""


@dataclass(frozen=True)
class Manifest:
    """What stands there now: the release's name, and each file with its SHA-256, as read back."""

    release: str
    files: Mapping[str, str]

    @property
    def digest(self) -> str:
        """One hash over all names and hashes."""
        lines = "".join(f"{path} {self.files[path]}\n" for path in sorted(self.files))
        return hashlib.sha256(lines.encode()).hexdigest()


class LocalFolder:
    """A folder with `releases/` and the link `current`; a web server serves `current`.

    Readers follow the link, and replacing a link is one step of the file system: nobody sees half a site.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.releases = root / "releases"
        self.current = root / "current"

    def publish(self, files: Mapping[str, bytes]) -> Manifest:
        """Write all files, read them back, and only then show them. One publisher at a time (the caller's lock).

        Raises TargetError; the old site then still stands. Raises ValueError for a path that leaves the folder.
        """
        try:
            return self._publish(files)
        except OSError as error:
            why = _WHY.get(error.errno or 0, error.strerror or "書き込めません")
            raise TargetError(f"公表先のフォルダー「{self.root}」に書き込めません（{why}）。") from error

    def release(self) -> str:
        """The name of the release that is shown now; "" before the first."""
        return self.current.resolve().name if self.current.exists() else ""

    def read(self, path: str) -> bytes | None:
        """The published file, or None; never one from outside the current release."""
        name = _file_of(self.current, path)
        return name.read_bytes() if name is not None and name.is_file() else None

    def is_folder(self, path: str) -> bool:
        name = _file_of(self.current, path)
        return name is not None and name.is_dir()

    def _publish(self, files: Mapping[str, bytes]) -> Manifest:
        release = self._new_release()
        try:
            for path, content in files.items():
                _write(_inside(release, path), content)
            manifest = Manifest(release.name, _read_back(release, files))
            self._show(release)
        except BaseException:
            shutil.rmtree(
                release, ignore_errors=True
            )  # what is left over is tidied up by a later publication
            raise
        self._prune(keep=release.name)
        return manifest

    def _new_release(self) -> Path:
        self.releases.mkdir(parents=True, exist_ok=True)
        last = max((int(name[1:]) for name in self._names()), default=0)
        release = self.releases / f"r{last + 1:08}"
        release.mkdir()
        return release

    def _names(self) -> list[str]:
        return sorted(entry.name for entry in self.releases.iterdir() if _RELEASE.fullmatch(entry.name))

    def _show(self, release: Path) -> None:
        for folder in (*(path for path in release.rglob("*") if path.is_dir()), release, self.releases):
            _flush(folder)
        coming = self.root / "current.new"
        coming.unlink(missing_ok=True)
        coming.symlink_to(Path("releases") / release.name, target_is_directory=True)
        coming.replace(self.current)
        _flush(self.root)

    def _prune(self, keep: str) -> None:
        """Older releases go, the last few stay. One that cannot be deleted costs room, not the publication."""
        old = [name for name in self._names() if name != keep]
        for name in old[: max(0, len(old) - KEPT_RELEASES + 1)]:
            shutil.rmtree(self.releases / name, ignore_errors=True)


def _inside(folder: Path, path: str) -> Path:
    parts = PurePosixPath(path).parts
    if not parts or any(part in ("/", "..") or "\\" in part or "\0" in part for part in parts):
        raise ValueError(f"{path!r} is no path inside a site")
    return folder.joinpath(*parts)


def _file_of(current: Path, path: str) -> Path | None:
    """The file a visitor asks for; a folder's page is its index.html."""
    if len(path.encode()) > LONGEST_PATH:
        return None
    try:
        asked = _inside(current, f"{path}index.html" if path in ("", ".") or path.endswith("/") else path)
    except ValueError:
        return None
    root, found = current.resolve(), asked.resolve()
    return found if found.is_relative_to(root) else None


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _read_back(release: Path, files: Mapping[str, bytes]) -> Mapping[str, str]:
    read = {path: hashlib.sha256(_inside(release, path).read_bytes()).hexdigest() for path in files}
    for path, digest in read.items():
        if digest != hashlib.sha256(files[path]).hexdigest():
            raise TargetError(f"公表先に書いた「{path}」を読み返したところ、内容が違っていました。")
    return read


def _flush(folder: Path) -> None:
    """A folder's entries are on the disk only when the folder itself was flushed."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
