# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tables of differences share: real messages, short ways to write them, and what each case must show."""

from __future__ import annotations

from google.cloud import monitoring_v3, run_v2, secretmanager_v1, sqladmin_v1beta4
from google.protobuf.json_format import ParseDict

from ansible_collections.mainstay.platform.plugins.module_utils.differences import Rules, overlay
from ansible_collections.mainstay.platform.plugins.module_utils.fields import coerce, protobuf_class
from ansible_collections.mainstay.platform.plugins.module_utils.kind import Kind
from ansible_collections.mainstay.platform.plugins.module_utils.schema import build
from ansible_collections.mainstay.platform.plugins.module_utils.values import KNOWN_LATER

SQL, SERVICE, SECRET, POLICY = map(
    protobuf_class,
    (
        sqladmin_v1beta4.DatabaseInstance,
        run_v2.Service,
        secretmanager_v1.Secret,
        monitoring_v3.AlertPolicy,
    ),
)
CLEANUP = build("CleanupCase", {"id": str, "action": str})
REPOSITORY = build("RepositoryCase", {"cleanup_policies": {CLEANUP}})
TABLE = build("OverlayCases", {"sizes": [int], "parts": [{"id": int, "note": str}], "rule": [{"do": str, "age": int}]})


def settings(**fields):
    return {"settings": fields}


def flags(*pairs):
    return settings(database_flags=[{"name": name, "value": value} for name, value in pairs])


def replicas(*places, **more):
    found = [{"location": place, **more} if place == "a" else {"location": place} for place in places]
    return {"replication": {"user_managed": {"replicas": found}}}


def containers(*items):
    return {"template": {"containers": list(items)}}


def networks(*values):
    return settings(ip_configuration={"authorized_networks": [{"value": value} for value in values]})


KEY = "projects/acme/locations/l/keyRings/r/cryptoKeys/k"
CLEAN = "rule"


def kind(**rules):
    """A kind of which only the rules matter."""
    return Kind("case", "sqladmin_v1beta4.SqlInstancesServiceClient", "DatabaseInstance", "{name}", **rules)


def laid(schema, there, asked, **rules):
    """The message after the overlay, and the differences."""
    message = ParseDict(there, schema())
    fresh = rules.pop("fresh", False)
    return message, overlay(coerce(schema.DESCRIPTOR, asked), message, Rules(kind(**rules), fresh=fresh))


def check(schema, there, asked, expected, rules):
    """The differences are those expected, and none is left when it is laid over again."""
    message, found = laid(schema, there, asked, **rules)
    wanted = [(path.strip(), before, after) for path, (before, after) in expected.items()]
    assert sorted(map(tuple, found), key=str) == sorted(wanted, key=str)
    if KNOWN_LATER not in str(expected):
        assert overlay(coerce(schema.DESCRIPTOR, asked), message, Rules(kind(**rules))) == []
