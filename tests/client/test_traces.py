"""The browser's tests run over recorded evenings: these must be what `rooms` would record today."""

import importlib.util
import sys
from pathlib import Path

HERE = Path(__file__).parent


def test_the_recorded_traces_are_current() -> None:
    spec = importlib.util.spec_from_file_location("record_traces", HERE / "record_traces.py")
    assert spec is not None and spec.loader is not None
    recorder = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = recorder  # dataclasses look there for their module
    spec.loader.exec_module(recorder)
    expected = dict(recorder.recorded())
    assert {path.name for path in expected} == {path.name for path in (HERE / "traces").iterdir()}
    stale = [path.name for path, text in expected.items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "Record them again: python tests/client/record_traces.py"
