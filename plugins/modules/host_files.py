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
    run was killed in between.
  - What fails its O(files[].validate) keeps all files from being written. Each is replaced at once, so that nobody
    reads half of it.
attributes:
  check_mode:
    description: Compares, and tells what would change.
    support: full
  diff_mode:
    description: Shows what differs, but of O(files[].secret_content) only that it does.
    support: full
options:
  files:
    description:
      - What there has to be, in the order in which it is made, so a folder comes before what it has.
      - Each has at most one of O(files[].content), O(files[].secret_content), O(files[].target) and
        O(files[].directory). With none of them it has to be there, and only its owner and mode are seen to.
    type: list
    elements: dict
    required: true
    suboptions:
      path:
        description: Absolute path on the host.
        type: path
        required: true
      content:
        description: What the file has. Use the lookup P(ansible.builtin.template#lookup) for a template of a role.
        type: str
      secret_content:
        description: The same for what nobody may see; it is in no output and no diff.
        type: str
      target:
        description: Makes the path a symbolic link to this.
        type: str
      directory:
        description: Makes the path a folder.
        type: bool
        default: false
      once:
        description: Writes the content only when there is no file; a server keeps it itself from then on.
        type: bool
        default: false
      owner:
        description: Name of the user who owns it; an empty one leaves it with whoever has it.
        type: str
        default: root
      group:
        description: Name of the group that owns it; an empty one leaves it with whoever has it.
        type: str
        default: root
      mode:
        description: Its permissions, in octal digits. Those of a folder are V(0755) when unset, others V(0644).
        type: str
      validate:
        description: A command that has to succeed before anything is written; C(%s) in it is a file with the content.
        type: str
  services:
    description: Units of systemd that have to be enabled and to run, in the order in which they are started.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the unit.
        type: str
        required: true
      reads:
        description: What it reads when it starts, its unit file among them. It is restarted when one of them is newer.
        type: list
        elements: path
        default: []
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
  description: What was enabled, started or restarted, or would be.
  returned: success
  type: list
  elements: str
  sample: [shop]
"""

import os

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.mainstay.platform.plugins.module_utils.host import UNITS, Entry, Service

FILE = {
    "path": {"type": "path", "required": True},
    "content": {"type": "str"},
    "secret_content": {"type": "str", "no_log": True},
    "target": {"type": "str"},
    "directory": {"type": "bool", "default": False},
    "once": {"type": "bool", "default": False},
    "owner": {"type": "str", "default": "root"},
    "group": {"type": "str", "default": "root"},
    "mode": {"type": "str"},
    "validate": {"type": "str"},
}
SERVICE = {
    "name": {"type": "str", "required": True},
    "reads": {"type": "list", "elements": "path", "default": []},
}
OPTIONS = {
    "files": {"type": "list", "elements": "dict", "required": True, "options": FILE},
    "services": {"type": "list", "elements": "dict", "default": [], "options": SERVICE},
}


def write(module: AnsibleModule, entries: list[Entry]) -> dict[str, dict]:
    """Make every path as it has to be. Return {path: how it differed}."""
    different = {entry.path: entry.shown() for entry in entries if entry.differs()}
    if not module.check_mode:
        for entry in entries:
            if entry.path in different:
                entry.stage()
    for entry in entries:
        if entry.path in different and not module.check_mode:
            entry.make()
        attributes = entry.own()
        if attributes and entry.path not in different:
            different[entry.path] = attributes
    return different


def serve(module: AnsibleModule, services: list[Service], written: list[str]) -> dict[str, dict]:
    """Make every service run with what was written. Return {name: what was wrong}."""
    if any(path.startswith(UNITS) for path in written) and not module.check_mode:
        module.run_command(["systemctl", "daemon-reload"], check_rc=True)
    different = {}
    for service in services:
        if wrong := service.differs(written):
            different[service.name] = {"before": "".join(f"{words}\n" for words in wrong), "after": ""}
            if not module.check_mode:
                service.mend(wrong)
    return different


def main() -> None:
    """Compare everything, judge everything, then write what differs."""
    os.umask(0o077)  # what is new stays private until it has its own mode
    module = AnsibleModule(OPTIONS, supports_check_mode=True)
    entries = [Entry(module, asked) for asked in module.params["files"]]
    if obstacles := [f"{entry.path} {why}" for entry in entries if (why := entry.obstacle())]:
        module.fail_json(msg=f"nothing was written: {'; '.join(obstacles)}")
    written = write(module, entries)
    served = serve(module, [Service(module, asked) for asked in module.params["services"]], list(written))
    module.exit_json(
        changed=bool(written or served),
        paths=list(written),
        services=list(served),
        diff=[{"before_header": name, "after_header": name, **sides} for name, sides in {**written, **served}.items()],
    )


if __name__ == "__main__":
    main()
