"""Run programs under coverage.py, one after another, in a process of its own that `coverage_runs.Recorder` starts.

A new `Coverage` object ends the measurement of its process, so that no test may make one itself.
"""

from __future__ import annotations

import base64
import contextlib
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import coverage

from support.programs import random_programs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import CodeType


def run_program(code: CodeType, bits: list[int]) -> None:
    """Run a program of `random_programs`, and ignore what it raises."""
    names: dict[str, object] = {"__name__": "program"}
    exec(compile(random_programs.PRELUDE, "prelude", "exec"), names)  # noqa: S102  the program is the test's own
    names.update({"BITS": bits, "STEP": 0, "MOST": 60})
    with contextlib.suppress(Exception, names["Over"]):  # type: ignore[arg-type]  # an exception class of the prelude
        exec(code, names)  # noqa: S102  the same


def measure_program(request: Mapping[str, Any]) -> dict[str, str]:
    """Return the data of a run and the XML that coverage.py writes of it, both in base64."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder).resolve()
        path, settings = home / "program.py", home / "rules"
        path.write_text(request["source"], encoding="utf-8")
        settings.write_text(request["settings"], encoding="utf-8")
        measuring = coverage.Coverage(
            data_file=str(home / "data"), config_file=str(settings), branch=request["branch"], include=[str(path)]
        )
        code = compile(request["source"], str(path), "exec")
        measuring.start()
        try:
            run_program(code, request["bits"])
        finally:
            measuring.stop()
        measuring.get_data().touch_file(str(path))
        measuring.save()
        measuring.xml_report(morfs=[str(path)], outfile=str(home / "coverage.xml"))
        measuring.get_data().close(force=True)
        files = {"data": home / "data", "xml": home / "coverage.xml"}
        return {name: base64.b64encode(file.read_bytes()).decode() for name, file in files.items()}


def main() -> None:
    """Read requests, and write the answer to each, as JSON, one a line."""
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        print(json.dumps(measure_program(json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
