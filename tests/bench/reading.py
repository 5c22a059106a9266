"""Read a coverage report by covbot and by bare lxml: processor time and peak memory of each, the best of a few rounds.

usage: reading.py REPORT.xml.xz
"""

from __future__ import annotations

import lzma
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 5
TIMES = (1, 10)
READERS = {
    "python alone": ("", "pass"),
    "lxml.etree.parse": ("from lxml import etree", "kept = etree.parse(sys.argv[1])"),
    "covbot": ("from covbot.formats import reading", "kept = reading.read_file(pathlib.Path(sys.argv[1]))"),
}
"""Reader -> its import statement, and the statement that is measured."""

# the peak is read from Linux, since getrusage includes that of the parent at the fork
CHILD = """
import pathlib, sys, time
{imports}
start = time.process_time()
{statement}
print(time.process_time() - start)
print(pathlib.Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""


def multiply_packages(report: str, times: int) -> str:
    """Return the report with so many copies of its packages, each with a folder and line numbers of its own."""
    head, _, rest = report.partition("<packages>")
    packages, _, tail = rest.partition("</packages>")
    copies = (
        packages.replace('filename="', f'filename="copy{copy}/').replace('number="', f'number="{copy or ""}')
        for copy in range(times)
    )
    return f"{head}<packages>{''.join(copies)}</packages>{tail}"


def measure_reader(reader: str, path: Path) -> tuple[float, float]:
    """Return the processor seconds of reading alone, and the peak megabytes of the whole process."""
    imports, statement = READERS[reader]
    code = CHILD.format(imports=imports, statement=statement)
    process = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    seconds, kilobytes = process.stdout.split()
    return float(seconds), int(kilobytes) / 1000


def main() -> None:
    """Print a line for each size and reader."""
    report = lzma.decompress(Path(sys.argv[1]).read_bytes()).decode()
    print(f"{'report':>10}  {'reader':<18} {'CPU s':>8} {'peak MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for times in TIMES:
            path = Path(folder, f"{times}.xml")
            path.write_text(multiply_packages(report, times), encoding="utf-8")
            rounds = [{reader: measure_reader(reader, path) for reader in READERS} for _ in range(ROUNDS)]
            for reader in READERS:
                seconds, megabytes = map(min, zip(*(figures[reader] for figures in rounds), strict=True))
                print(f"{path.stat().st_size / 1e6:>7.1f} MB  {reader:<18} {seconds:>8.3f} {megabytes:>8.1f}")


if __name__ == "__main__":
    main()
