#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: redis_configuration
short_description: Settings and users of a Redis server or a Sentinel
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Writes the files that a server reads and never writes, its settings and its access list, and brings the server that
    runs to the same, without a restart where it can. One that does not run is started.
  - What is declared is first given to a second process that serves nobody. It refuses what the server would refuse,
    before anything is changed, and shows each setting and each rule the way this version of the server does. So also a
    setting is found that is nowhere declared and was set by hand.
  - Users that are not declared are removed. The user C(default) is off unless it is declared.
  - A Sentinel shows no settings; its O(settings_file) belongs into O(reads).
attributes:
  check_mode:
    description: Compares, and tells what would change.
    support: full
  diff_mode:
    description: Shows what differs, secrets aside.
    support: full
extends_documentation_fragment: [mainstay.platform.redis.login, mainstay.platform.host]
options:
  port:
    description: The port at which the server answers on the host itself.
    type: int
    required: true
  sentinel:
    description: Whether it is a Sentinel.
    type: bool
    default: false
  settings:
    description: The settings, by the names that Redis gives them. A list is as many lines.
    type: dict
    required: true
  secrets:
    description: Further settings, whose values are secret.
    type: dict
    default: {}
  users:
    description: Who may do what.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the user.
        type: str
        required: true
      password:
        description: Its password.
        type: str
        required: true
      former_passwords:
        description: Further passwords with which it is let in.
        type: list
        elements: str
        default: []
      rules:
        description: What it may do, as in C(ACL SETUSER).
        type: str
        required: true
  settings_file:
    description: Where the settings are written.
    type: path
    required: true
  users_file:
    description: Where the access list is written.
    type: path
    required: true
  reads:
    description:
      - What it reads only when it starts. It takes a restart when one of these is newer than its process, which
        RV(restart) tells, and which this module leaves to others, who know its turn.
    type: list
    elements: path
    default: []
"""

EXAMPLES = r"""
- name: Keep settings and users
  mainstay.platform.redis_configuration:
    passwords: ["{{ redis_password }}"]
    port: 6379
    settings: {maxmemory: 512mb, maxmemory-policy: allkeys-lru}
    users:
      - {name: mainstay, password: "{{ redis_password }}", rules: "~* &* +@all"}
      - {name: shop, password: "{{ vault_shop_password }}", rules: "~shop:* +@read +@write"}
    settings_file: /etc/redis/mainstay.conf
    users_file: /etc/redis/mainstay.acl
    reads: [/etc/systemd/system/redis-server.service.d/mainstay.conf]
    files:
      - path: /etc/systemd/system/redis-server.service.d/mainstay.conf
        content: |
          [Service]
          ExecStart=
          ExecStart=/usr/bin/redis-server /var/lib/redis/state.conf --include /etc/redis/mainstay.conf
    services: [{name: redis-server}]
"""

RETURN = r"""
running:
  description: Whether the server answered.
  returned: success
  type: bool
services:
  description: What was enabled, started or restarted, or would be.
  returned: success
  type: list
  elements: str
  sample: [redis-server]
restart:
  description: What takes a restart.
  returned: success
  type: list
  elements: str
  sample: ["io-threads", "a new version"]
"""

import os
import time

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.mainstay.platform.plugins.module_utils import host, redis

OPTIONS = {
    **redis.LOGIN,
    **host.OPTIONS,
    "port": {"type": "int", "required": True},
    "sentinel": {"type": "bool", "default": False},
    "settings": {"type": "dict", "required": True},
    "secrets": {"type": "dict", "default": {}, "no_log": True},
    "users": {"type": "list", "elements": "dict", "required": True, "options": redis.USER},
    "settings_file": {"type": "path", "required": True},
    "users_file": {"type": "path", "required": True},
    "reads": {"type": "list", "elements": "path", "default": []},
}


def declared(module: AnsibleModule, files: dict[str, str], login: redis.Login) -> tuple[dict, dict]:
    """Return the settings and users as a server like this one shows them. A Sentinel has no settings to show."""
    program = "redis-sentinel" if module.params["sentinel"] else "redis-server"
    try:
        with redis.reference(module.get_bin_path(program, True), *files.values(), login) as second:
            return shown(module, second)
    except redis.Refused as no:
        module.fail_json(msg=f"Redis refuses what is declared, and nothing was changed: {no}")


def shown(module: AnsibleModule, client: redis.Client) -> tuple[dict, dict]:
    """Return the settings and users that a server shows."""
    settings = {} if module.params["sentinel"] else client.table("CONFIG", "GET", "*")
    return settings, redis.accounts(client)


def kept(path: str, content: str) -> dict:
    """Return a file that the server reads, and nobody else, as something that is declared."""
    readers = {"owner": "root", "group": "redis", "mode": "0640"}
    return {**dict.fromkeys(host.FILE), "path": path, "secret_content": content, **readers}


def needs(module: AnsibleModule, client: redis.Client) -> list[str]:
    """Return what takes a restart whatever the settings: what the process could only read or be when it started."""
    process = client.info("server")
    since = time.time() - int(process["uptime_in_seconds"])
    reasons = {path: _newer(path, since) for path in module.params["reads"]}
    reasons["a new version"] = _replaced(process["process_id"])
    return [name for name, holds in reasons.items() if holds]


def _replaced(process: str) -> bool:
    try:
        return os.readlink(f"/proc/{process}/exe").endswith(" (deleted)")
    except OSError:
        return False


def _newer(path: str, moment: float) -> bool:
    # Uptime comes in whole seconds: a file of the second before the start has been read.
    return os.path.exists(path) and os.stat(path).st_mtime > moment + 1


def apply(client: redis.Client, changes: list[redis.Change]) -> list[str]:
    """Make the changes, and return what the server only takes when it starts."""
    left = []
    for change in changes:
        try:
            client.ask(*change.command)
        except redis.Refused as no:
            if "immutable" not in str(no):
                raise redis.Refused(f"{change.path}: {no}") from no
            left.append(change.path)
    return left


def bring(module: AnsibleModule, client: redis.Client, changes: list[redis.Change]) -> list[str]:
    """Bring a server that runs to what is declared, and return what waits until it starts anew."""
    try:
        left = apply(client, changes)
        if not module.params["sentinel"]:
            client.ask("CONFIG", "REWRITE")  # else the server's own file would bring back what was set by hand
    except redis.Refused as no:
        module.fail_json(msg=f"Redis does not take {no}")
    return left


def main() -> None:
    """Compare files and server with what is declared, and bring them to it."""
    os.umask(0o077)  # what is new stays private until it has its own mode
    module = AnsibleModule(OPTIONS, supports_check_mode=True)
    params, login = module.params, redis.Login.of(module.params)
    settings = redis.lines({**params["settings"], **params["secrets"]})
    files = {params["settings_file"]: settings, params["users_file"]: redis.access_list(params["users"])}
    wanted_settings, wanted_users = declared(module, files, redis.Login(login.user, login.passwords))
    written = host.write(module, [*(kept(*file) for file in files.items()), *params["files"]])
    try:
        client = redis.Client(("127.0.0.1", params["port"]), login)
    except OSError:
        client = None
    changes, restart = [], []
    if client:
        found_settings, found_users = shown(module, client)
        changes = redis.user_changes(params["users"], wanted_users, found_users)
        changes += redis.setting_changes(wanted_settings, found_settings)
        restart = needs(module, client)
    if changes and not module.check_mode:
        restart += bring(module, client, changes)
    served = host.serve(module, params["services"], list(written))
    server = {
        "before": {change.path: change.before for change in changes},
        "after": {change.path: change.after for change in changes},
    }
    module.exit_json(
        changed=bool(written or changes or served),
        running=client is not None,
        restart=restart,
        services=list(served),
        diff=[*([server] if changes else []), *host.shown(written, served)],
    )


if __name__ == "__main__":
    main()
