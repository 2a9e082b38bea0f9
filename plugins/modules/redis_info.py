#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: redis_info
short_description: What a Redis server is, and whom the Sentinels name
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Asks the server of the host for its role, and the Sentinels for the master.
  - A server or a Sentinel that does not answer is no error; one that refuses the login is.
attributes:
  check_mode:
    description: Reads only.
    support: full
  diff_mode:
    description: Changes nothing.
    support: none
extends_documentation_fragment: [mainstay.platform.redis.login, mainstay.platform.redis]
options:
  address:
    description: Address of the server.
    type: str
    default: 127.0.0.1
  port:
    description: Port of the server.
    type: int
    default: 6379
  folder:
    description: The folder of its data.
    type: path
    default: /var/lib/redis
"""

EXAMPLES = r"""
- name: Ask who leads
  mainstay.platform.redis_info:
    passwords: ["{{ redis_password }}"]
    sentinels:
      - {name: watch-1, address: 10.0.0.4}
      - {name: watch-2, address: 10.0.0.5}
      - {name: watch-3, address: 10.0.0.6}
  register: asked
"""

RETURN = r"""
data:
  description: Whether there is data on the host, be the server running or not.
  returned: success
  type: bool
running:
  description: Whether the server answers.
  returned: success
  type: bool
role:
  description: V(master), V(slave), or nothing when it does not answer.
  returned: success
  type: str
follows:
  description: The address of the master that a replica follows.
  returned: success
  type: str
linked:
  description: Whether a replica hears its master.
  returned: success
  type: bool
replicas:
  description: How many replicas hear this master.
  returned: success
  type: int
sentinels:
  description: The address that each Sentinel names, by the Sentinel's name.
  returned: success
  type: dict
named:
  description: The address that more than half of the Sentinels name.
  returned: success
  type: str
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.mainstay.platform.plugins.module_utils import redis

OPTIONS = {
    **redis.LOGIN,
    **redis.WATCHED,
    "address": {"type": "str", "default": "127.0.0.1"},
    "port": {"type": "int", "default": 6379},
    "folder": {"type": "path", "default": "/var/lib/redis"},
}
SILENCE = {"running": False, "role": "", "follows": "", "linked": False, "replicas": 0}


def server(place: tuple[str, int], login: redis.Login) -> dict:
    """Return what the server is; one that does not answer is nothing."""
    try:
        told = redis.Client(place, login).info("replication")
    except OSError:
        return SILENCE
    return {
        "running": True,
        "role": told["role"],
        "follows": told.get("master_host", ""),
        "linked": told.get("master_link_status") == "up",
        "replicas": int(told["connected_slaves"]),
    }


def main() -> None:
    """Ask the server and all Sentinels."""
    module = AnsibleModule(OPTIONS, supports_check_mode=True)
    params, login = module.params, redis.Login.of(module.params)
    place = (params["address"], params["port"])
    with ThreadPoolExecutor(8) as several:
        said = list(several.map(lambda one: redis.named(one, login, params["master_name"]), params["sentinels"]))
    try:
        answer = server(place, login)
    except redis.Refused as no:
        module.fail_json(
            msg=f"The Redis at {place[0]}:{place[1]} refuses the user {login.user}: {no}. It is somebody else's, or it "
            "still has a former password: name that, too. Nothing was changed."
        )
    folder = Path(params["folder"])
    module.exit_json(
        changed=False,
        data=(folder / "dump.rdb").exists() or (folder / "appendonlydir").exists(),
        sentinels={one["name"]: address for one, address in zip(params["sentinels"], said)},
        named=redis.majority(said),
        **answer,
    )


if __name__ == "__main__":
    main()
