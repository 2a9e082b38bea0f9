# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filter that writes accounts as members."""

from __future__ import annotations

import pytest

from ansible_collections.mainstay.platform.plugins.filter.members import FilterModule

members = FilterModule().filters()["members"]


@pytest.mark.parametrize(
    ("given", "member"),
    [
        ("api-runner", "serviceAccount:api-runner@acme.iam.gserviceaccount.com"),
        ("serviceAccount:other@else.iam.gserviceaccount.com", "serviceAccount:other@else.iam.gserviceaccount.com"),
        ("group:ops@luckygas.tw", "group:ops@luckygas.tw"),
        ("allUsers", "allUsers"),
        ("allAuthenticatedUsers", "allAuthenticatedUsers"),
        ("principal://iam.googleapis.com/x", "principal://iam.googleapis.com/x"),
    ],
)
def test_only_bare_ids_become_accounts(given, member):
    assert members([given], "acme") == [member]


def test_order_stays():
    assert members(["zebra-one", "alpha-one"], "p")[0].startswith("serviceAccount:zebra-one")
