# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Artifact Registry: repositories. Creation and deletion are operations, an update is not."""

from __future__ import annotations

from emulator import operations, paths
from emulator.cloud import Call
from emulator.model import Api, Collection, Rule

TYPE = "type.googleapis.com/google.devtools.artifactregistry.v1."
MISSING = "Requested entity was not found."


def place(call: Call, body: dict, old: dict | None) -> None:
    _projects, project, _locations, location, _repositories, name = call.target.split("/")
    kind = body.get("format", "").lower()
    body["registryUri"] = f"{location}-{kind}.pkg.dev/{project}/{name}"


def show(call: Call, verb: str, body: dict) -> dict:
    response = {} if verb == "delete" else {"response": {"@type": TYPE + "Repository", **paths.public(body)}}
    return {"metadata": {"@type": TYPE + "OperationMetadata"}, **response}


REPOSITORIES = Collection(
    id="query:repositoryId",
    stamps={"createTime": "created", "updateTime": "updated"},
    style=operations.google,
    lro=show,
    operation={"create": "create", "delete": "delete"},
    on_write=place,
    immutable=("format", "mode", "kmsKeyName"),
    immutable_message="The field {field} of a repository cannot be changed.",
    not_found=MISSING,
    exists="the repository already exists",
    output_only=("registryUri", "satisfiesPzi", "satisfiesPzs", "sizeBytes"),
    iam={},
    defaults=(
        Rule(
            {
                "mode": "STANDARD_REPOSITORY",
                "vulnerabilityScanningConfig": {
                    "enablementState": "SCANNING_DISABLED",
                    "enablementStateReason": "API containerscanning.googleapis.com is not enabled.",
                },
            }
        ),
    ),
)
APIS = (
    Api(
        name="artifactregistry",
        documents=("artifactregistry.v1",),
        collections={"projects.locations.repositories": REPOSITORIES},
    ),
)
