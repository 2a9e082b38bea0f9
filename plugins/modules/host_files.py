#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: host_files
short_description: Files, folders and links of a host, and the services that read them, all in one go
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Compares everything that a service keeps on a host with what is declared, and writes only what differs.
  - One task instead of one for each file. A task on a host takes about a quarter of a second of processor time,
    whatever it does, and a role has many files.
  - Services are enabled and run. One that began to run before a path changed that it reads is restarted, also when a
    run was killed in between; one that can read anew what it reads is told so.
  - What fails its O(files[].validate) keeps all files from being written. Each is replaced at once, so that nobody
    reads half of it.
attributes:
  check_mode:
    description: Compares, and tells what would change.
    support: full
  diff_mode:
    description: Shows what differs, but of O(files[].secret_content) only that it does.
    support: full
extends_documentation_fragment: [mainstay.platform.host]
"""

EXAMPLES = r"""
- name: Describe a service
  mainstay.platform.host_files:
    files:
      - {path: /etc/shop, directory: true}
      - {path: /etc/shop/shop.conf, content: "{{ lookup('ansible.builtin.template', 'shop.conf.j2') }}"}
      - {path: /etc/shop/password, secret_content: "{{ vault_shop_password }}", owner: shop, group: shop, mode: "0600"}
      - {path: /etc/sudoers.d/shop, content: "shop ALL=(root) /usr/bin/id\n", mode: "0440", validate: visudo -cf %s}
      - {path: /etc/systemd/system/shop.service, content: "{{ lookup('ansible.builtin.template', 'shop.service.j2') }}"}
    services:
      - {name: shop, reads: [/etc/systemd/system/shop.service, /etc/shop/shop.conf, /etc/shop/password]}
"""

RETURN = r"""
paths:
  description: What was written, or would be, in the order of O(files).
  returned: success
  type: list
  elements: str
  sample: [/etc/shop/shop.conf]
services:
  description: What was enabled, started, restarted or reloaded, or would be.
  returned: success
  type: list
  elements: str
  sample: [shop]
"""

import os

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.mainstay.platform.plugins.module_utils import host


def main() -> None:
    """Compare everything, judge everything, then write what differs."""
    os.umask(0o077)  # what is new stays private until it has its own mode
    module = AnsibleModule(host.OPTIONS, supports_check_mode=True)
    written = host.write(module, module.params["files"])
    served = host.serve(module, module.params["services"], list(written))
    module.exit_json(
        changed=bool(written or served),
        paths=list(written),
        services=list(served),
        diff=host.shown(written, served),
    )


if __name__ == "__main__":
    main()
