# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When a Redis that has ended puts its data aside: the program as it is, with answers of servers from a file."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from jinja2 import Environment

TEMPLATE = Path(__file__).resolve().parents[3] / "roles/redis/templates/redis-rejoin.j2"
PROGRAMS = {
    "redis-check-aof": "#!/bin/sh\nexec grep -q readable $1\n",
    # redis-cli -h HOST -p PORT …: the answer stands in a file of that name.
    "redis-cli": '#!/bin/sh\nexec cat "$ANSWERS/$2:$4"\n',
}
ELSEWHERE = {"s1:26379": "m", "s2:26379": "m", "s3:26379": "", "m:6379": "master"}


@pytest.fixture
def rejoin(tmp_path):
    """Let a server end, with such data and with such answers of others; return its folder."""
    folder = tmp_path / "redis"
    (folder / "appendonlydir").mkdir(parents=True)
    (folder / "state").write_text("maxmemory 1gb\nreplicaof old 6379\n")
    (tmp_path / "login").write_text("REDISCLI_AUTH=secret\n")
    for name, text in PROGRAMS.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    text = Environment(trim_blocks=True, keep_trailing_newline=True).from_string(TEMPLATE.read_text())
    (tmp_path / "program").write_text(
        text.render(
            __redis_state=folder / "state",
            __redis_folder=folder,
            __redis_rejoin_login=tmp_path / "login",
            redis_sentinels=[{"address": name} for name in ("s1", "s2", "s3")],
            redis_master_name="main",
            redis_port=6379,
            redis_tls_ca="",
        )
    )

    def ends(data, answers, result="exit-code"):
        (folder / "appendonlydir/appendonly.aof.manifest").write_text(data)
        for name, answer in answers.items():
            (tmp_path / name).write_text(f"{answer}\n" if answer else "")
        path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
        environment = {"PATH": path, "SERVICE_RESULT": result, "ANSWERS": str(tmp_path)}
        subprocess.run(["sh", tmp_path / "program"], env=environment, check=True, capture_output=True)
        return folder

    return ends


def test_a_replica_begins_anew_and_keeps_what_it_had(rejoin):
    for data in ("first", "second"):
        folder = rejoin(data, ELSEWHERE)
        assert (folder / "unreadable/appendonly.aof.manifest").read_text() == data
        assert (folder / "state").read_text() == "maxmemory 1gb\nreplicaof m 6379\n"
        assert not (folder / "appendonlydir").exists()
        (folder / "appendonlydir").mkdir()


UNTOUCHED = {
    "it can read its data": ("readable", ELSEWHERE, "exit-code"),
    "it was stopped": ("broken", ELSEWHERE, "success"),
    "it was killed": ("broken", ELSEWHERE, "signal"),
    "one Sentinel names another": ("broken", {**ELSEWHERE, "s2:26379": ""}, "exit-code"),
    "Sentinels do not agree": ("broken", {**ELSEWHERE, "s2:26379": "n", "s3:26379": "o"}, "exit-code"),
    "no Sentinel answers": ("broken", {"m:6379": "master"}, "exit-code"),
    "the other is down, too": ("broken", {**ELSEWHERE, "m:6379": ""}, "exit-code"),
    "the other does not lead": ("broken", {**ELSEWHERE, "m:6379": "slave"}, "exit-code"),
}


@pytest.mark.parametrize("case", UNTOUCHED)
def test_data_that_may_be_the_last_are_not_touched(rejoin, case):
    data, answers, result = UNTOUCHED[case]
    folder = rejoin(data, answers, result)
    assert (folder / "appendonlydir/appendonly.aof.manifest").read_text() == data
    assert (folder / "state").read_text() == "maxmemory 1gb\nreplicaof old 6379\n"
