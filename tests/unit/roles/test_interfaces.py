# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What holds for the interface of every role: said once more in the specification, and nothing else is public."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROLES = sorted((Path(__file__).resolve().parents[3] / "roles").iterdir())
# What a role may publish: its resources, whom its ports are for, where its server is, and what it asks of PostgreSQL,
# of Redis and of Sentinels.
OFFERS = ("resources", "firewall_rules", "postgres", "redis", "sentinel", "server")

pytestmark = pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)


def read(role: Path, part: str):
    """What is in a part of a role, be it one file or several."""
    several = [yaml.safe_load(path.read_text()) for path in sorted((role / part / "main").glob("*.yml"))]
    return {name: value for one in several for name, value in one.items()} or yaml.safe_load(
        (role / part / "main.yml").read_text()
    )


def entries(role: Path) -> dict:
    return yaml.safe_load((role / "meta/argument_specs.yml").read_text())["argument_specs"]


def test_defaults_are_those_of_the_specification_in_its_order(role):
    options = entries(role)["main"]["options"]
    specified = {name: option["default"] for name, option in options.items() if "default" in option}
    assert list(read(role, "defaults").items()) == list(specified.items())


def test_what_has_no_default_is_required(role):
    without = {name: option for name, option in entries(role)["main"]["options"].items() if "default" not in option}
    assert all(option.get("required") for option in without.values())


def test_every_option_is_described(role):
    def described(options):
        return all(
            option.get("description") and option.get("type") and described(option.get("options", {}))
            for option in options.values()
        )

    assert described(entries(role)["main"]["options"])


def test_publishing_takes_the_same_variables(role):
    assert entries(role).get("publish", entries(role)["main"]) == entries(role)["main"]
    assert ("publish" in entries(role)) == (role / "tasks/publish.yml").exists()


def test_a_role_publishes_its_list_and_keeps_the_rest_to_itself(role):
    public = {name for name in read(role, "vars") if not name.startswith(f"__{role.name}_")}
    assert public <= {f"{role.name}_{offer}" for offer in OFFERS}
    assert bool(public) == ("publish" in entries(role))


def test_all_names_begin_with_the_role(role):
    assert all(name.startswith(f"{role.name}_") for name in entries(role)["main"]["options"])


def names_of(role: Path) -> set:
    """The names of all variables of a role."""
    return {*entries(role)["main"]["options"], *read(role, "vars")}


def test_no_role_reads_another_roles_variables(role):
    files = [path for part in ("vars", "tasks", "defaults") for path in (role / part).rglob("*.yml")]
    words = set(re.findall(r"\w+", "".join(path.read_text() for path in files)))
    assert words & set().union(*(names_of(other) for other in ROLES if other != role)) == set()


def test_defaults_of_list_items_are_those_of_the_specification(role):
    for path, defaults in read(role, "vars").get(f"__{role.name}_defaults", {}).items():
        options = entries(role)["main"]["options"]
        for name in path.split("."):
            options = options[name]["options"]
        assert defaults == {name: option["default"] for name, option in options.items() if "default" in option}


def test_the_tasks_are_a_table_of_contents(role):
    assert len(read(role, "tasks")) <= 6


def test_no_role_brings_others(role):
    assert read(role, "meta")["dependencies"] == []


def test_tasks_are_not_taken_from_beside_a_playbook(role):
    # Of a bare name that one imported file of tasks imports, Ansible looks beside the playbook first.
    inner = [path.read_text() for path in (role / "tasks").glob("*.yml") if path.name != "main.yml"]
    assert not re.findall(r"import_tasks: (?!\"\{\{ role_path \}\}/)(.*)", "".join(inner))
