# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run gcloud against the emulator, where it is installed."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path

INSTALLED = shutil.which("gcloud") is not None
PATHS = {  # what stands between host and resource in gcloud's idea of an API
    **dict.fromkeys(("SQL", "SECRETMANAGER", "MONITORING", "IAM", "SERVICEUSAGE", "CLOUDRESOURCEMANAGER"), ""),
    "STORAGE": "storage/v1/",
}


class Gcloud:
    """gcloud with a configuration of its own, that knows one project at one emulator."""

    def __init__(self, url: str, project: str, folder: Path):
        """`folder` takes gcloud's configuration and logs."""
        self.environment = {
            **os.environ,
            **{f"CLOUDSDK_API_ENDPOINT_OVERRIDES_{api}": f"{url}/{path}" for api, path in PATHS.items()},
            "CLOUDSDK_CONFIG": str(folder / "gcloud"),
            "CLOUDSDK_CORE_PROJECT": project,
            "CLOUDSDK_AUTH_DISABLE_CREDENTIALS": "true",
            "CLOUDSDK_CORE_DISABLE_PROMPTS": "true",
            "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "true",
        }
        for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
            self.environment.pop(name, None)

    def __call__(self, command: str):
        """What a command prints, as JSON; of a list with one member that member. AssertionError when it fails."""
        words = ["gcloud", *shlex.split(command), "--format=json"]
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{shlex.join(words)}: {done.stderr}"
        found = json.loads(done.stdout or "null")
        return found[0] if isinstance(found, list) and len(found) == 1 else found
