"""The compiled part: built where there is a compiler, never stale, and drawing the same numbers."""

from __future__ import annotations

import ctypes
import shutil
from pathlib import Path

import pytest

from hatch_build import build_native
from rotation.native import built, library

FOLDER = Path(__file__).parents[2] / "rotation" / "native"
SAYS = '__attribute__((visibility("default"))) int says(void) { return %d; }'


@pytest.fixture(scope="module")
def compiled() -> ctypes.CDLL:
    if not any(map(shutil.which, ("cc", "gcc", "clang"))):
        pytest.skip("there is no C compiler")
    path = build_native(FOLDER)
    assert path is not None, "the C sources do not compile"
    return ctypes.CDLL(str(path))


def test_what_is_built_is_what_is_looked_for(compiled: ctypes.CDLL) -> None:
    path = build_native(FOLDER)
    assert path is not None
    assert path.name == built("rotation.native")


def test_the_library_is_found(compiled: ctypes.CDLL) -> None:
    library.cache_clear()
    assert library() is not None


def test_other_sources_have_another_name_and_replace_what_was_built(
    compiled: ctypes.CDLL, tmp_path: Path
) -> None:
    source = tmp_path / "one.c"
    source.write_text(SAYS % 1)
    first = build_native(tmp_path)
    source.write_text(SAYS % 2)
    second = build_native(tmp_path)
    assert first is not None
    assert second is not None
    assert first.name != second.name
    assert not first.exists()
    assert ctypes.CDLL(str(second)).says() == 2


def test_sources_that_do_not_compile_leave_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "native"
    folder.mkdir()
    (folder / "swaps.c").write_text("int broken(")
    assert build_native(folder) is None
    assert [path.name for path in folder.iterdir()] == ["swaps.c"]
