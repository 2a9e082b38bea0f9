# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kinds of Service Usage."""

from __future__ import annotations

from ..kind import Kind

SERVICE = Kind(
    name="serviceusage_service",
    client="service_usage_v1.ServiceUsageClient",
    message="Service",
    path="projects/{project}/services/{name}",
    names={"name": (r"[a-z0-9.-]+\.[a-z]+", "an API's host name, such as sqladmin.googleapis.com")},
    output_only=frozenset({"parent", "config", "state"}),
    lives=("state", "ENABLED", "DISABLED"),
    verbs={"state": {"ENABLED": "enable_service", "DISABLED": "disable_service"}},
)
