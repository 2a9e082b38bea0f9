#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: redis_failover
short_description: Hand the lead of Redis servers to a replica
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Runs on the host of the master. Writes wait there, a replica hears the last of them, the Sentinels promote one,
    and the old master follows it at once. So nothing that was acknowledged is lost, also without C(WAIT).
  - Writes wait for four seconds at most. Where the Sentinels take longer, those acknowledged in the very moment of
    the promotion can be lost without C(WAIT). Where they promote nobody it is an error.
attributes:
  check_mode:
    description: Does nothing.
    support: full
  diff_mode:
    description: Shows who leads.
    support: full
extends_documentation_fragment: [mainstay.platform.redis.login, mainstay.platform.redis]
options:
  port:
    description: The port of the server.
    type: int
    default: 6379
"""

EXAMPLES = r"""
- name: Hand over
  mainstay.platform.redis_failover:
    passwords: ["{{ redis_password }}"]
    sentinels: "{{ redis_sentinels }}"
"""

RETURN = r"""
master:
  description: The address of the new master.
  returned: success
  type: str
seconds:
  description: How long it took, until the Sentinels agreed.
  returned: success
  type: float
"""

import time

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.mainstay.platform.plugins.module_utils import redis

OPTIONS = {**redis.LOGIN, **redis.WATCHED, "port": {"type": "int", "default": 6379}}
# Sentinels' own questions wait behind what they publish while writes wait: they must not find the master down.
PAUSE_MILLISECONDS = 4000


def until(seconds: float, what: str, answer):
    """Ask again and again until there is an answer. Raises Refused when there is none in time."""
    end = time.monotonic() + seconds
    while not (found := answer()):
        if time.monotonic() > end:
            raise redis.Refused(f"{what} within {seconds:g} s")
        time.sleep(0.05)
    return found


def behind(master: dict[str, str]) -> list[int]:
    """Return how many bytes each replica that is connected has yet to hear, from INFO."""
    replicas = [value for name, value in master.items() if name.startswith("slave") and "state=online" in value]
    heard = [int(dict(word.split("=") for word in value.split(","))["offset"]) for value in replicas]
    return [int(master["master_repl_offset"]) - offset for offset in heard]


def hand_over(params: dict, login: redis.Login) -> str:
    """Let a replica take over, and return its address."""
    name, sentinels = params["master_name"], params["sentinels"]
    old = redis.Client(("127.0.0.1", params["port"]), login)
    if old.ask("ROLE")[0] != "master":
        raise redis.Refused("the server of this host is no master")
    was = redis.majority([redis.named(one, login, name) for one in sentinels])
    if not was:
        raise redis.Refused("no majority of the Sentinels names a master")
    until(10, "no replica hears this master", lambda: behind(old.info("replication")))
    old.ask("CLIENT", "PAUSE", PAUSE_MILLISECONDS, "WRITE")
    try:
        until(2, "no replica has heard all", lambda: min(behind(old.info("replication")), default=1) <= 0)
        asked = ask_one(sentinels, login, name)
        new = until(20, "the Sentinels promoted nobody", lambda: other_than(was, redis.named(asked, login, name)))
        until(5, f"{new} does not lead", lambda: leads((new, params["port"]), login))
        old.ask("REPLICAOF", new, params["port"])
        old.ask("CONFIG", "REWRITE")
        old.ask("CLIENT", "KILL", "TYPE", "normal")
    finally:
        old.ask("CLIENT", "UNPAUSE")
    until(20, f"the Sentinels do not agree on {new}", lambda: agree(sentinels, login, name, new))
    return new


def ask_one(sentinels: list[dict], login: redis.Login, name: str) -> dict:
    """Ask one Sentinel after the other for a failover, and return the first that begins one."""
    refusals = []
    for sentinel in sentinels:
        try:
            redis.Client((sentinel["address"], sentinel["port"]), login).ask("SENTINEL", "FAILOVER", name)
            return sentinel
        except (OSError, redis.Refused) as no:
            refusals.append(f"{sentinel['name']}: {no}")
    raise redis.Refused("; ".join(refusals))


def other_than(was: str, named: str) -> str:
    """Return who is named, when it is another than before."""
    return named if named != was else ""


def leads(place: tuple[str, int], login: redis.Login) -> bool:
    """Tell whether a server says that it is the master."""
    try:
        return redis.Client(place, login, 2.0).ask("ROLE")[0] == "master"
    except (OSError, redis.Refused):
        return False


def agree(sentinels: list[dict], login: redis.Login, name: str, new: str) -> bool:
    """Tell whether more than half of the Sentinels name the new master."""
    return redis.majority([redis.named(one, login, name) for one in sentinels]) == new


def main() -> None:
    """Hand over, and tell to whom."""
    module = AnsibleModule(OPTIONS, supports_check_mode=True)
    if module.check_mode:
        module.exit_json(changed=True, diff={"before": "the master", "after": "a replica"})
    start = time.monotonic()
    try:
        master = hand_over(module.params, redis.Login.of(module.params))
    except (OSError, redis.Refused) as no:
        module.fail_json(msg=f"Nobody took over: {no}. See `SENTINEL CKQUORUM` and whether a replica is connected.")
    module.exit_json(
        changed=True, master=master, seconds=round(time.monotonic() - start, 1), diff={"before": "", "after": master}
    )


if __name__ == "__main__":
    main()
