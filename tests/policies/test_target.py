"""The local folder: all or nothing, read back, no way out of it."""

import shutil
from pathlib import Path

import pytest

from policies.site import target
from policies.site.target import KEPT_RELEASES, LocalFolder, TargetError

FILES = {"index.html": b"<h1>one</h1>", "accounts/x-a/index.html": b"a"}


@pytest.fixture
def folder(tmp_path: Path) -> LocalFolder:
    return LocalFolder(tmp_path / "site")


def test_folder_shows_what_was_published_and_says_its_hashes(folder: LocalFolder) -> None:
    manifest = folder.publish(FILES)
    assert folder.read("index.html") == folder.read("") == FILES["index.html"]
    assert folder.read("accounts/x-a/") == b"a"
    assert set(manifest.files) == set(FILES)
    assert manifest.digest == folder.publish(FILES).digest


def test_folder_says_which_release_it_shows(folder: LocalFolder) -> None:
    assert folder.release() == ""
    first = folder.publish(FILES).release
    assert folder.release() == first
    second = folder.publish(FILES).release
    assert folder.release() == second != first
    shutil.rmtree(folder.releases)
    assert folder.release() == ""


def test_folder_replaces_the_whole_site_and_no_file_stays_behind(folder: LocalFolder) -> None:
    folder.publish(FILES)
    folder.publish({"index.html": b"two"})
    assert folder.read("index.html") == b"two"
    assert folder.read("accounts/x-a/index.html") is None


def test_folder_keeps_the_old_site_when_writing_breaks_off(
    folder: LocalFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.publish(FILES)
    write, written = target._write, []

    def full_disk(path: Path, content: bytes) -> None:
        if written:
            raise OSError(28, "No space left on device")
        written.append(path)
        write(path, content)

    monkeypatch.setattr(target, "_write", full_disk)
    with pytest.raises(TargetError, match="空き容量がありません"):
        folder.publish({"index.html": b"two", "b.html": b"b"})
    assert folder.read("index.html") == FILES["index.html"]
    assert len(list(folder.releases.iterdir())) == 1


def test_folder_keeps_the_old_site_when_reading_back_differs(
    folder: LocalFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.publish(FILES)
    write = target._write
    monkeypatch.setattr(target, "_write", lambda path, content: write(path, content[:-1]))
    with pytest.raises(TargetError, match="読み返したところ、内容が違っていました"):
        folder.publish({"index.html": b"two"})
    assert folder.read("index.html") == FILES["index.html"]


def test_folder_says_so_when_it_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("x")
    with pytest.raises(TargetError, match="書き込めません"):
        LocalFolder(tmp_path / "site").publish(FILES)


def test_folder_says_so_when_it_may_not_be_written(
    folder: LocalFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(path: Path, content: bytes) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(target, "_write", forbidden)
    with pytest.raises(TargetError, match="書き込む権限がありません"):
        folder.publish(FILES)


def test_folder_keeps_the_last_few_releases(folder: LocalFolder) -> None:
    for _ in range(KEPT_RELEASES + 3):
        last = folder.publish(FILES).release
    names = sorted(path.name for path in folder.releases.iterdir())
    assert len(names) == KEPT_RELEASES
    assert names[-1] == last


@pytest.mark.parametrize(
    "path",
    [
        "../secret",
        "accounts/../../secret",
        "/etc/passwd",
        "..\\secret",
        "a\0b",
        "accounts/x-a/../../../secret",
    ],
)
def test_folder_gives_nothing_from_outside(folder: LocalFolder, path: str) -> None:
    folder.publish(FILES)
    (folder.root / "secret").write_text("x")
    assert folder.read(path) is None


def test_folder_follows_no_link_out_of_the_release(folder: LocalFolder) -> None:
    folder.publish(FILES)
    (folder.root / "secret").write_text("x")
    (folder.current.resolve() / "link").symlink_to(folder.root / "secret")
    assert folder.read("link") is None


@pytest.mark.parametrize("path", ["../out.html", "/out.html", ""])
def test_folder_refuses_to_write_outside(folder: LocalFolder, path: str) -> None:
    with pytest.raises(ValueError, match="no path inside a site"):
        folder.publish({path: b"x"})


def test_folder_has_nothing_before_the_first_publication(folder: LocalFolder) -> None:
    assert folder.read("index.html") is None
