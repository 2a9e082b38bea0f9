# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Replay recorded exchanges with the real Google APIs against the emulator, for each API that it has.

The recordings lie beside the checkout and are no part of it. A case that does not match is accepted only if
emulator/README.md says what its recording lost; test_replay.py puts that back, and there every case must match.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RECORDINGS = ROOT.parent / "shared" / "golden"


@contextmanager
def emulator() -> Iterator[str]:
    """Run the emulator on a free port and yield its URL."""
    command = [sys.executable, "-m", "emulator", "--port", "0", "--operation-ms", "20"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        ready = process.stdout.readline()
        url = re.search(r"http://\S+", ready)
        if not url:
            sys.exit("recordings: the emulator did not start; see above")
        yield url[0]
    finally:
        process.terminate()
        process.wait()


def replay(url: str, api: str) -> list[tuple[str, str]]:
    """Return the outcome (ok or FAIL) and name of each recorded case of an API; print the detail of those that fail."""
    command = [sys.executable, RECORDINGS / "golden_check.py", "replay", "--root", RECORDINGS]
    options = ["--tier", "real", "--kind", f"{api}.", "--map", f"*={url}"]
    report = subprocess.run([*command, *options], stdout=subprocess.PIPE, text=True).stdout
    if not re.search(r"\d+ of \d+ cases pass$", report.strip()):
        sys.exit(f"{report}recordings: the replay of {api} broke off")
    if "FAIL" in report:
        print(report, end="")
    return re.findall(r"^(ok|FAIL) +(\S+) \(", report, re.MULTILINE)


def main() -> None:
    """Replay all there is; exit with an error when a case that nobody explained does not match."""
    with emulator() as url:
        apis = sorted(path.stem for path in (ROOT / "emulator" / "apis").glob("[a-z]*.py"))
        replays = {api: replay(url, api) for api in apis}
    outcomes = [outcome for replayed in replays.values() for outcome in replayed]
    missed = {case for outcome, case in outcomes if outcome == "FAIL"}
    explained = (ROOT / "emulator" / "README.md").read_text()
    if unexplained := {case for case in missed if case not in explained}:
        sys.exit(f"recordings: not matched and not explained in emulator/README.md: {', '.join(sorted(unexplained))}")
    cases = ", ".join(f"{api} {len(replayed)}" for api, replayed in replays.items() if replayed)
    print(f"recordings: {len(outcomes) - len(missed)} of {len(outcomes)} cases match as recorded ({cases})")
    print(f"recordings: explained in emulator/README.md: {', '.join(sorted(missed)) or 'none'}")


if __name__ == "__main__":
    main()
