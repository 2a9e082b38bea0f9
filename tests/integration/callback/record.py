# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Write each task's result as a line of JSON, so that a test can look at what a run returned."""

from __future__ import annotations

import json
import os
import time

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: record
type: notification
short_description: Results as lines of JSON
description: Appends each task's result to the file that the environment variable RECORD names.
"""


class CallbackModule(CallbackBase):
    """One line a result: name, action, status (ok, failed, skipped, unreachable), seconds, the result itself."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "record"

    def v2_playbook_on_task_start(self, task, is_conditional):
        self.begin = time.monotonic()

    def _write(self, status, result):
        task = result.task
        seconds = time.monotonic() - self.begin
        line = {"task": task.name, "action": task.action, "status": status, "seconds": seconds, "result": result.result}
        with open(os.environ["RECORD"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")

    def v2_runner_on_ok(self, result):
        self._write("ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._write("failed", result)

    def v2_runner_on_skipped(self, result):
        self._write("skipped", result)

    def v2_runner_on_unreachable(self, result):
        self._write("unreachable", result)
