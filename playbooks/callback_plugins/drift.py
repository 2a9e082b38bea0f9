# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ansible loads what lies beside a playbook, so that the drift report needs no configuration, wherever it runs from."""

from __future__ import annotations

from ansible.plugins.callback import CallbackBase

from ansible_collections.mainstay.platform.plugins.plugin_utils.drift import Report

DOCUMENTATION = r"""
name: drift
type: aggregate
short_description: Report what a check found to differ
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Reports on plays that have the variable C(drift_report), the path of the report, and is silent about all others.
  - The process ends with 0 when all is as declared, 2 when something differs, 3 when something could not be checked.
"""

BATCH = "mainstay.platform.gcp_resources"


class CallbackModule(CallbackBase):
    """Collects results while a play runs, reports at its end, and sets the exit code."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "drift"

    def __init__(self):
        """Silent until a play asks for a report."""
        super().__init__()
        self.report = self.path = None

    def v2_playbook_on_play_start(self, play):
        """Begin the report when a play says where it goes."""
        if "drift_report" in play.get_vars():
            self.report = self.report or Report()
            self.path = play.get_variable_manager().get_vars(play=play)["drift_report"]

    def v2_playbook_on_no_hosts_matched(self):
        """Nothing can be checked without a host."""
        if self.report:
            self.report.fail("", "no host of the inventory is in the group of the play")

    def v2_runner_on_ok(self, result):
        """Take the batch's resources."""
        if self.report and result._task.resolved_action == BATCH:
            self.report.add(result._host.get_name(), result._result["resources"])

    def v2_runner_on_failed(self, result, ignore_errors=False):
        """Take what a failed batch could still check; say why a task failed."""
        if self.report:
            host, found = result._host.get_name(), result._result.get("resources", ())
            self.report.add(host, found)
            if not any(one.get("error") for one in found):
                self.report.fail(host, f"{result._task.get_name()}: {result._result.get('msg', 'failed')}")

    def v2_runner_on_unreachable(self, result):
        """Say which host could not be asked."""
        if self.report:
            self.report.fail(result._host.get_name(), f"unreachable: {result._result.get('msg', '')}")

    def v2_playbook_on_stats(self, stats):
        """Print the report, write it, end with its exit code."""
        if self.report:
            self.report.end()
            try:
                self.report.write(self.path)
            except OSError as problem:
                self.report.fail("", f"the report cannot be written to {self.path}: {problem.strerror}")
            self._display.display(self.report.text())
            raise SystemExit(self.report.exit_code)
