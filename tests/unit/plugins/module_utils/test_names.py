# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names: spelling, hints, and which links mean one resource."""

from __future__ import annotations

import pytest

from ansible_collections.mainstay.platform.plugins.module_utils.names import listed, nearest, same_link, snake

SNAKE = {
    "ipCidrRange": "ip_cidr_range",
    "DatabaseInstance": "database_instance",
    "IPProtocol": "ip_protocol",
    "dataDiskSizeGb": "data_disk_size_gb",
    "oauth2ClientId": "oauth2_client_id",
    "already_snake": "already_snake",
    "name": "name",
}


@pytest.mark.parametrize(("name", "expected"), SNAKE.items(), ids=SNAKE)
def test_snake(name, expected):
    assert snake(name) == expected


MANY = [f"field_{number}" for number in range(31)]
NEAREST = {
    "a slip": ("teir", ["tier", "region"], "; did you mean tier?"),
    "nothing alike among few": ("xyzzy", ["tier", "region"], "; there are: region, tier"),
    "nothing alike among many": ("xyzzy", MANY, ""),
    "alike among many": ("feild_7", MANY, "; did you mean field_7?"),
}


@pytest.mark.parametrize(("name", "known", "hint"), NEAREST.values(), ids=NEAREST)
def test_nearest(name, known, hint):
    assert nearest(name, known) == hint


LISTED = {"a": ["a"], "a or b": ["a", "b"], "a, b or 3": ["a", "b", 3]}


@pytest.mark.parametrize(("text", "things"), LISTED.items(), ids=LISTED)
def test_listed(text, things):
    assert listed(things) == text


NETWORK = "projects/acme/global/networks/main"
SAME = {
    "itself": (NETWORK, NETWORK),
    "a full link": (NETWORK, f"https://www.googleapis.com/compute/v1/{NETWORK}"),
    "a link of the API's own host": (NETWORK, f"https://compute.googleapis.com/compute/v1/{NETWORK}"),
    "a name without a scheme": (NETWORK, f"//compute.googleapis.com/{NETWORK}"),
    "another version": (
        f"https://www.googleapis.com/compute/v1/{NETWORK}",
        f"https://www.googleapis.com/compute/beta/{NETWORK}",
    ),
    "another version, whose link does not name the API": (
        "https://run.googleapis.com/v1/projects/acme/locations/l/services/s",
        "https://run.googleapis.com/v2/projects/acme/locations/l/services/s",
    ),
    "the project's number": (NETWORK, "projects/418293750164/global/networks/main"),
    "the project's number in a full link": (
        NETWORK,
        "https://www.googleapis.com/compute/v1/projects/418293750164/global/networks/main",
    ),
    "a project alone by its number": ("projects/acme", "projects/418293750164"),
    "the short name": ("main", NETWORK),
    "the end of the name": ("networks/main", NETWORK),
}
OTHER = {
    "another name": (NETWORK, "projects/acme/global/networks/other"),
    "another project's id": (NETWORK, "projects/other/global/networks/main"),
    "another project's number": ("projects/1/global/networks/main", "projects/2/global/networks/main"),
    "another collection": (NETWORK, "projects/acme/global/subnetworks/main"),
    "another place": ("projects/acme/regions/a/subnetworks/s", "projects/acme/regions/b/subnetworks/s"),
    "a number that is no project's": ("projects/acme/zones/7", "projects/acme/zones/a"),
    "a short name that is only the end of a word": ("ain", NETWORK),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_same_link(one, other):
    assert same_link(one, other)
    assert same_link(other, one)


@pytest.mark.parametrize(("one", "other"), OTHER.values(), ids=OTHER)
def test_another_link(one, other):
    assert not same_link(one, other)
    assert not same_link(other, one)
