#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: redis_monitor
short_description: What a Sentinel watches
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Lets the Sentinel of the host watch a master. Which server that is, the other Sentinels are asked, and when they do
    not know, the servers. A Sentinel that watches the name already is never told another server.
  - Compares how it watches with what is declared, and sets what differs.
  - Lets it forget Sentinels and replicas that are not declared and are down, which it would count for ever. While it
    finds the others again it cannot take part in a failover, so one Sentinel forgets after the other.
attributes:
  check_mode:
    description: Compares, and tells what would change.
    support: full
  diff_mode:
    description: Shows what differs, secrets aside.
    support: full
extends_documentation_fragment: [mainstay.platform.redis.login, mainstay.platform.redis]
options:
  port:
    description: The port at which the Sentinel answers on the host itself.
    type: int
    required: true
  servers:
    description: The servers, one of which is the master.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: A name.
        type: str
        required: true
      address:
        description: Its IP address.
        type: str
        required: true
  server_port:
    description: The port of O(servers).
    type: int
    default: 6379
  own_settings:
    description: Settings of the Sentinel itself, as in C(SENTINEL CONFIG SET).
    type: dict
    default: {}
  settings:
    description: How the master is watched, as in C(SENTINEL SET).
    type: dict
    required: true
  server_user:
    description: The user as whom the Sentinel logs in at O(servers).
    type: str
    required: true
  server_password:
    description: Its password, which is also the one with which Sentinels ask each other.
    type: str
    required: true
  state_file:
    description: The file that the Sentinel writes itself, and which tells the password that it uses.
    type: path
    required: true
  forget:
    description: Whether it forgets who is not declared and is down. Otherwise RV(gone) only names them.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Watch the master
  mainstay.platform.redis_monitor:
    user: sentinel
    passwords: ["{{ redis_sentinel_password }}"]
    port: 26379
    servers: "{{ redis_nodes }}"
    sentinels: "{{ redis_sentinels }}"
    settings: {quorum: 2, down-after-milliseconds: 5000}
    server_user: sentinel
    server_password: "{{ redis_sentinel_password }}"
    state_file: /var/lib/redis/sentinel-state.conf
"""

RETURN = r"""
master:
  description: The address of the master.
  returned: success
  type: str
gone:
  description: The addresses of those that are not declared and are down, which it knew until now, or still does.
  returned: success
  type: list
  elements: str
"""

import re
import time
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.mainstay.platform.plugins.module_utils import redis

SERVER = {"name": {"type": "str", "required": True}, "address": {"type": "str", "required": True}}
OPTIONS = {
    **redis.LOGIN,
    **redis.WATCHED,
    "port": {"type": "int", "required": True},
    "servers": {"type": "list", "elements": "dict", "required": True, "options": SERVER},
    "server_port": {"type": "int", "default": 6379},
    "own_settings": {"type": "dict", "default": {}},
    "settings": {"type": "dict", "required": True},
    "server_user": {"type": "str", "required": True},
    "server_password": {"type": "str", "no_log": True, "required": True},
    "state_file": {"type": "path", "required": True},
    "forget": {"type": "bool", "default": True},
}
SECRET = {"auth-pass", "sentinel-pass"}


def difference(prefix: tuple[str, ...], wanted: dict, found: dict) -> list[redis.Change]:
    """Compare settings; the change of one begins with the words given."""
    changes = []
    for name, value in ((name, str(value)) for name, value in wanted.items()):
        if found.get(name) != value:
            shown = ("(another)", "(as declared)") if name in SECRET else (found.get(name), value)
            changes.append(redis.Change((*prefix, name, value), name, *shown))
    return changes


def leading(addresses: list[str], port: int, login: redis.Login) -> list[str]:
    """Return those of the servers that say they are masters."""
    return [address for address in addresses if _role(address, port, login) == "master"]


def _role(address: str, port: int, login: redis.Login) -> str:
    try:
        return redis.Client((address, port), login, 2.0).ask("ROLE")[0]
    except (OSError, redis.Refused):
        return ""


def choose(named: list[str], masters: list[str], alone: list[str]) -> str:
    """Return who is the master: whom Sentinels name, else the only one that says so. Raises Refused when in doubt."""
    told = {each for each in named if each} or set(masters)
    if len(told) == 1:
        return told.pop()
    if told:
        raise redis.Refused(
            f"several are named as the master: {', '.join(sorted(told))}. Decide which, and stop the other"
        )
    raise redis.Refused(f"none of {', '.join(alone)} says that it is the master: start Redis there first")


def strangers(found: list[dict], declared: set[str]) -> list[str]:
    """Return the addresses of those that are down and not declared."""
    return [each["ip"] for each in found if each["ip"] not in declared and "s_down" in each["flags"]]


class Watch:
    """The Sentinel of the host, and what it knows of one master."""

    def __init__(self, params: dict, login: redis.Login):
        self.name = params["master_name"]
        self.params = params
        self.client = redis.Client(("127.0.0.1", params["port"]), login)

    def master(self) -> dict[str, str]:
        """Return what it knows of the master, or {} when it watches none of that name."""
        try:
            return self.client.table("SENTINEL", "MASTER", self.name)
        except redis.Refused:
            return {}

    def secrets(self) -> dict[str, str]:
        """Return how it logs in, which no answer tells."""
        state = Path(self.params["state_file"]).read_text()
        pattern = rf'^sentinel (auth-user|auth-pass) "?{re.escape(self.name)}"? "?(.*?)"?$'
        return dict(re.findall(pattern, state, re.MULTILINE))

    def wrong(self, master: dict[str, str]) -> list[redis.Change]:
        """Return what is not as declared."""
        params = self.params
        login = {"auth-user": params["server_user"], "auth-pass": params["server_password"]}
        own = {
            **params["own_settings"],
            "sentinel-user": params["server_user"],
            "sentinel-pass": params["server_password"],
        }
        return difference(
            ("SENTINEL", "CONFIG", "SET"), own, self.client.table("SENTINEL", "CONFIG", "GET", "*")
        ) + difference(
            ("SENTINEL", "SET", self.name),
            {**login, **params["settings"]},
            {**master, **(self.secrets() if master else {})},
        )

    def gone(self) -> list[str]:
        """Return who is down and not declared."""
        rows = {
            "sentinels": "SENTINELS",
            "servers": "REPLICAS",
        }
        return [
            address
            for option, word in rows.items()
            for address in strangers(
                [redis.pairs(row) for row in self.client.ask("SENTINEL", word, self.name)],
                {one["address"] for one in self.params[option]},
            )
        ]

    def is_complete(self) -> bool:
        """Tell whether it knows all others again."""
        known = self.client.ask("SENTINEL", "SENTINELS", self.name)
        return len(known) >= len(self.params["sentinels"]) - 1

    def forget(self) -> None:
        """Forget all but the master, and wait until those that are there are known again."""
        self.client.ask("SENTINEL", "RESET", self.name)
        end = time.monotonic() + 30
        while not self.is_complete():
            if time.monotonic() > end:
                raise redis.Refused("30 s after it was to forget the others, it has not found all Sentinels again")
            time.sleep(0.5)


def master_elsewhere(params: dict, login: redis.Login) -> str:
    """Ask others who the master is."""
    server_login = redis.Login(params["server_user"], [params["server_password"]], params["tls_ca"])
    addresses = [server["address"] for server in params["servers"]]
    named = [redis.named(one, login, params["master_name"]) for one in params["sentinels"]]
    return choose(named, leading(addresses, params["server_port"], server_login), addresses)


def main() -> None:
    """Watch what is declared, as declared."""
    module = AnsibleModule(OPTIONS, supports_check_mode=True)
    params, login = module.params, redis.Login.of(module.params)
    changes = []
    try:
        watch = Watch(params, login)
        master = watch.master()
        address = master.get("ip") or master_elsewhere(params, login)
        if not master:
            quorum = params["settings"]["quorum"]
            command = ("SENTINEL", "MONITOR", watch.name, address, params["server_port"], quorum)
            changes.append(redis.Change(command, f"master {watch.name}", None, address))
        changes += watch.wrong(master)
        gone = watch.gone() if master else []
        forgotten = gone if params["forget"] else []
        if not module.check_mode:
            for change in changes:
                watch.client.ask(*change.command)
            if forgotten:
                watch.forget()
    except (OSError, redis.Refused) as no:
        module.fail_json(msg=f"The Sentinel does not watch {params['master_name']} as declared: {no}")
    before = {change.path: change.before for change in changes}
    after = {change.path: change.after for change in changes}
    module.exit_json(
        changed=bool(changes or forgotten),
        master=address,
        gone=gone,
        diff={
            "before": {**before, **dict.fromkeys(forgotten, "known")},
            "after": {**after, **dict.fromkeys(forgotten, None)},
        },
    )


if __name__ == "__main__":
    main()
