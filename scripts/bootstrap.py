"""Makes the virtual environment from a hashed lock file. Standard library only.

Even an old Python must be able to read this file, because it is what says that the Python is old: no
f-strings here, and nothing is imported from the project.
"""

import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
BOOTSTRAP_LOCK = "requirements-bootstrap.lock"
OLDEST = (3, 11)
NEWER_NAMES = ("python3.14", "python3.13", "python3.12", "python3.11")


def main() -> int:
    """`bootstrap.py LOCK`: brings .venv to what LOCK names; one sentence and status 1 when that cannot be."""
    problem = python_problem() or venv_problem()
    lock = sys.argv[1]
    if not problem and not os.path.exists(PYTHON):
        problem = create()
    problem = problem or install(lock)
    if problem:
        sys.stderr.write(problem + "\n")
        return 1
    return 0


def python_problem(version: tuple = (), which=shutil.which, runs=None) -> str:  # type: ignore
    """What is wrong with this Python's version, or "" when it is new enough."""
    version = tuple(version or sys.version_info[:2])
    if version >= OLDEST:
        return ""
    found = [name for name in NEWER_NAMES if which(name) and (runs or answers)(name)]
    hint = (
        "「make demo PYTHON={0}」で動きます。".format(found[0]) if found else "新しいPythonを入れてください。"
    )
    return (
        "Python 3.11以上が必要ですが、このPythonは{0}.{1}です。{2} (Python 3.11 or newer is needed.)".format(
            version[0], version[1], hint
        )
    )


def answers(name: str) -> bool:
    """Whether the program is more than a name that stands for nothing installed."""
    return subprocess.call([name, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def venv_problem(modules: tuple = ("venv", "ensurepip")) -> str:  # type: ignore
    """What this Python lacks to make a virtual environment, or ""."""
    for name in modules:
        try:
            __import__(name)
        except ImportError:
            return (
                "このPythonには仮想環境のモジュール（{0}）がありません。Debian・Ubuntuでは"
                "「apt-get install python3-venv」で入ります。 (The Python module {0} is missing.)"
            ).format(name)
    return ""


def create() -> str:
    """Makes the empty environment."""
    if subprocess.call([sys.executable, "-m", "venv", VENV]) == 0:
        return ""
    return "仮想環境 {0} を作れませんでした。上の行に理由があります。 (Creating the venv failed.)".format(
        VENV
    )


def install(lock: str) -> str:
    """Installs what `lock` names: with uv, or with pip alone where uv finds no way to the packages."""
    pip = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    pip += ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r"]
    if run(pip + [BOOTSTRAP_LOCK]) == 0 and run(uv_sync(lock)) == 0:
        return ""
    print("uvでは取得できなかったため、pipで取得します（1分ほど）。 (Falling back to pip.)")
    if run(pip + [lock]) == 0:
        return ""
    return (
        "パッケージを取得できませんでした。ネットワークかプロキシの設定を確かめて、もう一度実行してください。"
        " (Installing from {0} failed.)"
    ).format(lock)


def uv_sync(lock: str) -> list:  # type: ignore
    """The uv command; it names its own lock too, or it would remove itself."""
    uv = os.path.join(VENV, "bin", "uv")
    flags = ["-q", "--python", PYTHON, "--require-hashes", "--only-binary", ":all:"]
    return [uv, "pip", "sync"] + flags + [BOOTSTRAP_LOCK, lock]


def run(command: list) -> int:  # type: ignore
    return subprocess.call(command, cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main())
