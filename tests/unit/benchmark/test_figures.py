# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the time of a run goes, read from Ansible's log, and how the page takes it."""

from __future__ import annotations

import pytest

from tests.benchmark import measure, report

LOG = """2026-11-21 20:00:00,000 p=7 u=root n=ansible INFO| PLAY [Poolers] *****
2026-11-21 20:00:00,250 p=7 u=root n=ansible INFO| TASK [mainstay.platform.firewall : Install nftables] ***
2026-11-21 20:00:01,250 p=7 u=root n=ansible INFO| ok: [pooler-1]
2026-11-21 20:00:01,500 p=7 u=root n=ansible INFO| TASK [Say so] ***
2026-11-21 20:00:02,000 p=7 u=root n=ansible INFO| TASK [mainstay.platform.firewall : Install nftables] ***
2026-11-21 20:00:04,000 p=7 u=root n=ansible INFO| PLAY RECAP ***
2026-11-21 20:00:04,500 p=7 u=root n=ansible INFO| pooler-1 : ok=3
"""


def test_each_task_has_its_seconds_wherever_it_ran():
    seconds = measure.seconds_by_task(LOG.splitlines())
    assert seconds["firewall : Install nftables"] == pytest.approx(3.25)
    assert seconds["Say so"] == pytest.approx(0.5)
    assert sum(seconds.values()) == pytest.approx(4.5)


def test_a_part_of_the_page_is_replaced_and_the_rest_stays():
    page = "# Title\n<!-- hosts: begin -->\nold\n<!-- hosts: end -->\nrest\n"
    assert report.put(page, "hosts", "new") == "# Title\n<!-- hosts: begin -->\n\nnew\n\n<!-- hosts: end -->\nrest\n"
    with pytest.raises(ValueError, match="substring not found"):
        report.put(page, "cloud", "new")
