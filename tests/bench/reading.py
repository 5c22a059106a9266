"""Read a coverage report by covbot and by bare lxml, side by side: processor time and peak memory, the best of a few.

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
"""Reader -> what it imports, and the statement that is measured."""

# the peak is asked of Linux, since getrusage counts the parent's at the fork, too
CHILD = """
import pathlib, sys, time
{imports}
start = time.process_time()
{statement}
print(time.process_time() - start)
print(pathlib.Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""


def multiply(report: str, times: int) -> str:
    """The report with all its packages so many times over, each copy's files in a folder and with lines of its own."""
    head, _, rest = report.partition("<packages>")
    packages, _, tail = rest.partition("</packages>")
    copies = (
        packages.replace('filename="', f'filename="copy{copy}/').replace('number="', f'number="{copy or ""}')
        for copy in range(times)
    )
    return f"{head}<packages>{''.join(copies)}</packages>{tail}"


def measure(reader: str, path: Path) -> tuple[float, float]:
    """Processor seconds of reading alone, and peak megabytes of the whole process."""
    imports, statement = READERS[reader]
    code = CHILD.format(imports=imports, statement=statement)
    said = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    seconds, kilobytes = said.stdout.split()
    return float(seconds), int(kilobytes) / 1000


def main() -> None:
    """Print a line for each size and reader."""
    report = lzma.decompress(Path(sys.argv[1]).read_bytes()).decode()
    print(f"{'report':>10}  {'reader':<18} {'CPU s':>8} {'peak MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for times in TIMES:
            path = Path(folder, f"{times}.xml")
            path.write_text(multiply(report, times), encoding="utf-8")
            rounds = [{reader: measure(reader, path) for reader in READERS} for _ in range(ROUNDS)]
            for reader in READERS:
                seconds, megabytes = map(min, zip(*(figures[reader] for figures in rounds), strict=True))
                print(f"{path.stat().st_size / 1e6:>7.1f} MB  {reader:<18} {seconds:>8.3f} {megabytes:>8.1f}")


if __name__ == "__main__":
    main()
