# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The APIs served, one file each. Where their URLs collide and the host does not tell, the first wins."""

from __future__ import annotations

from emulator.apis import (
    artifactregistry,
    billingbudgets,
    cloudresourcemanager,
    compute,
    dns,
    iam,
    logging,
    monitoring,
    redis,
    run,
    secretmanager,
    serviceusage,
    sqladmin,
    storage,
)

FILES = (
    cloudresourcemanager,
    secretmanager,
    iam,
    serviceusage,
    sqladmin,
    compute,
    run,
    monitoring,
    storage,
    artifactregistry,
    redis,
    dns,
    logging,
    billingbudgets,
)
ALL = tuple(api for file in FILES for api in file.APIS)
