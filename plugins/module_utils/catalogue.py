# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every kind, by its name: the name of its module without ``gcp_``."""

from __future__ import annotations

from .kind import Kind
from .kinds import iam, monitoring, run, secretmanager, serviceusage, sql, storage
from .names import nearest
from .values import FieldError

KINDS = {
    kind.name: kind
    for api in (serviceusage, iam, secretmanager, sql, storage, run, monitoring)
    for kind in vars(api).values()
    if isinstance(kind, Kind)
}
LIBRARIES = {  # what PyPI calls the packages that google.cloud holds
    "iam_admin_v1": "google-cloud-iam",
    "monitoring_dashboard_v1": "google-cloud-monitoring-dashboards",
    "monitoring_v3": "google-cloud-monitoring",
    "resourcemanager_v3": "google-cloud-resource-manager",
    "run_v2": "google-cloud-run",
    "secretmanager_v1": "google-cloud-secret-manager",
    "service_usage_v1": "google-cloud-service-usage",
    "sqladmin_v1beta4": "google-cloud-sql",
}


def find(name):
    """The kind of a name. A FieldError when there is none, or when its client library is missing."""
    if not isinstance(name, str) or name not in KINDS:
        raise FieldError("kind", f"{name!r} is none that is known{nearest(str(name), KINDS)}")
    try:
        KINDS[name].connects()
    except ImportError as missing:
        package = missing.name.rpartition(".")[2] if missing.name else ""
        library = LIBRARIES.get(package, package)
        raise FieldError(
            "", f"{name} needs the Python library {library}: run 'pip install {library}' for the Python of the task"
        ) from None
    return KINDS[name]
