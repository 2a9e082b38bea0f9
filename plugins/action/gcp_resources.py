# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run the module of the same name and, while it runs, show its news of long waits."""

from __future__ import annotations

import os
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from threading import Event, Thread

from ansible import constants
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

PAUSE = 0.5  # seconds between two looks at the news


class ActionModule(ActionBase):
    """What Ansible runs on the control node for a task of gcp_resources."""

    def run(self, tmp=None, task_vars=None):
        """Return the module's result as it is."""
        result = super().run(tmp, task_vars)
        arguments = self._task.args
        if not self._shows(arguments):
            return {**result, **self._execute_module(task_vars=task_vars)}
        with relayed(Display().display) as path:
            return {**result, **self._execute_module(module_args={**arguments, "progress": path}, task_vars=task_vars)}

    def _shows(self, arguments):
        """Tell whether module and plugin can share a file: one machine, one user, and the user wants no other file."""
        return self._connection.transport == "local" and not self._play_context.become and not arguments.get("progress")


@contextmanager
def relayed(show):
    """Give the path of a file; each line that is appended to it is shown. It is gone afterwards."""
    with TemporaryDirectory(dir=constants.DEFAULT_LOCAL_TMP) as folder:
        path, done = os.path.join(folder, "progress"), Event()
        with open(path, "x+", encoding="utf-8") as news:
            follower = Thread(target=_follow, args=(news, done, show))
            follower.start()
            try:
                yield path
            finally:
                done.set()
                follower.join()


def _follow(news, done, show):
    """Show lines until all is done, on standard error, where they disturb no program that reads the output."""
    rest, last = "", False
    while not last:
        last = done.wait(PAUSE)
        *lines, rest = (rest + news.read()).split("\n")
        for line in lines:
            show(f"  {line}", stderr=True)
