# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The environment that is measured, and how each contender is asked to make sure of it."""

from __future__ import annotations

from pathlib import Path

import yaml

from emulator.apis.serviceusage import known

BLOCK = Path(__file__).with_name("environment.yml")
SERVICES = 5  # in a block


def environment(size: int, project: str) -> list[dict]:
    """As many items as asked, block after block."""
    text, apis, items = BLOCK.read_text(), sorted(known()), []
    for number in range(size):
        if len(items) >= size:
            break
        block = text.replace("PROJECT", project)
        for place in range(SERVICES):
            block = block.replace(f"SERVICE{place}", f"{apis[number * SERVICES + place]}.googleapis.com")
        block = block.replace("-N", f"-{number}").replace(" N", f" {number}").replace("N,", f"{number},")
        items += yaml.safe_load(block)
    return items[:size]


def one_of_each(items: list[dict]) -> list[dict]:
    """The first item of each kind."""
    return list({item["kind"]: item for item in reversed(items)}.values())


def batch(items: list[dict], _project: str) -> list[dict]:
    """One task of gcp_resources."""
    return [{"mainstay.platform.gcp_resources": {"resources": items}}]


def singles(items: list[dict], _project: str) -> list[dict]:
    """A task for each item, of its own module."""
    return [{f"mainstay.platform.gcp_{item['kind']}": _without(item, "kind")} for item in items]


def google_cloud(items: list[dict], project: str) -> list[dict]:
    """A task for each item that the google.cloud collection has a module for."""
    forms = [(GOOGLE_CLOUD[item["kind"]], item) for item in items if item["kind"] in GOOGLE_CLOUD]
    return [{f"google.cloud.{module}": options(item, project)} for (module, options), item in forms]


def gcloud(items: list[dict], _project: str) -> list[str]:
    """A command for each item that gcloud can read."""
    return [GCLOUD[item["kind"]].format(**item) for item in items if item["kind"] in GCLOUD]


def _without(item: dict, *names: str) -> dict:
    return {name: value for name, value in item.items() if name not in names}


def _plain(item: dict, _project: str) -> dict:
    return _without(item, "kind")


GOOGLE_CLOUD = {  # a secret and its value are one thing there
    "serviceusage_service": ("gcp_serviceusage_service", _plain),
    "iam_service_account": (
        "gcp_iam_service_account",
        lambda item, project: {
            "name": f"{item['account_id']}@{project}.iam.gserviceaccount.com",
            "display_name": item["display_name"],
        },
    ),
    "secretmanager_secret_version": (
        "gcp_secret_manager",
        lambda item, _project: {"name": item["secret_id"], "value": item["value"], "return_value": False},
    ),
    "sql_instance": ("gcp_sql_instance", _plain),
    "sql_database": ("gcp_sql_database", _plain),
    "sql_user": (
        "gcp_sql_user",
        lambda item, _project: {**_without(item, "kind"), "instance": {"name": item["instance"]}},
    ),
    "storage_bucket": ("gcp_storage_bucket", _plain),
}
COMMON = {*GOOGLE_CLOUD, "secretmanager_secret"}  # what google.cloud can do, in our kinds
GCLOUD = {
    "serviceusage_service": "services list --enabled --filter=config.name={name}",
    "iam_service_account": "iam service-accounts describe {account_id}@PROJECT.iam.gserviceaccount.com",
    "secretmanager_secret": "secrets describe {secret_id}",
    "secretmanager_secret_version": "secrets versions access latest --secret={secret_id}",
    "sql_instance": "sql instances describe {name}",
    "sql_database": "sql databases describe {name} --instance={instance}",
    "sql_user": "sql users describe {name} --instance={instance} --host={host}",
    "storage_bucket": "storage buckets describe gs://{name} --raw",
}
