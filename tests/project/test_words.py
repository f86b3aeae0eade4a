"""What no file of the project may say: where on somebody's machine it was written."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A folder of one machine, at the start of a path; spelt so that this line is not one.
MACHINE_PATH = re.compile(r"(?<![\w./~-])/(?:work|root|home|Users)/\w")


def tracked() -> list[Path]:
    # A checkout may belong to somebody else than the one who runs the tests.
    listing = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [path for name in names.split("\0") if name and (path := ROOT / name).is_file()]


def machine_paths(content: bytes) -> list[str]:
    try:
        return MACHINE_PATH.findall(content.decode())
    except UnicodeDecodeError:
        return []


def test_no_tracked_file_names_a_folder_of_one_machine() -> None:
    files = tracked()
    assert files
    found = {str(path.relative_to(ROOT)): machine_paths(path.read_bytes()) for path in files}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize("folder", ["work", "root", "home", "Users"])
def test_such_a_folder_is_found(folder: str) -> None:
    assert machine_paths(f"see /{folder}/somebody/plan.csv".encode())
    assert not machine_paths(f"see docs/{folder}/somebody".encode())
