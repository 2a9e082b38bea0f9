# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The APIs served, one file each. Where their URLs collide and the host does not tell, the first wins."""

from __future__ import annotations

from emulator.apis import (
    cloudresourcemanager,
    compute,
    iam,
    monitoring,
    run,
    secretmanager,
    serviceusage,
    sqladmin,
    storage,
)

ALL = (
    *cloudresourcemanager.APIS,
    *secretmanager.APIS,
    *iam.APIS,
    *serviceusage.APIS,
    *sqladmin.APIS,
    *compute.APIS,
    *run.APIS,
    *monitoring.APIS,
    *storage.APIS,
)
