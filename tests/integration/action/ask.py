# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask the emulator something in the middle of a play, without the second that a module takes to start."""

from __future__ import annotations

import json
import urllib.request

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """Options: `url`, `method` and `body`, which is sent as JSON. The result's `json` is the answer."""

    def run(self, tmp=None, task_vars=None):
        args = self._task.args
        body = json.dumps(args["body"]).encode() if "body" in args else None
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(args["url"], body, headers, method=args.get("method", "GET"))
        with urllib.request.urlopen(request, timeout=30) as answer:
            return {**super().run(tmp, task_vars), "json": json.loads(answer.read() or b"{}")}
