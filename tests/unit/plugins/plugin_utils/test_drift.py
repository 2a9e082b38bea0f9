# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The drift report: what is in it, how it reads, how it ends."""

from __future__ import annotations

import json

import pytest

from ansible_collections.mainstay.platform.plugins.plugin_utils.drift import Report

SAME = {"kind": "sql_database", "id": "projects/p/instances/i/databases/d", "changed": False}
CHANGED = {
    "kind": "sql_instance",
    "id": "projects/p/instances/i",
    "changed": True,
    "differences": [
        {"path": "settings.tier", "before": "db-g1-small", "after": "db-f1-micro"},
        {"path": "settings.storage_auto_resize", "before": False, "after": True},
        {"path": "settings.user_labels[intruder]", "before": "", "after": None},
    ],
}
MISSING = {
    "kind": "secretmanager_secret",
    "id": "projects/p/secrets/s",
    "changed": True,
    "differences": [
        {"path": "state", "before": "absent", "after": "present"},
        {"path": "labels[a]", "before": None, "after": "b"},
    ],
}
AILING = {"kind": "sql_instance", "id": "projects/p/instances/j", "changed": False, "problem": "state is SUSPENDED"}
UNREAD = {"kind": "iam_binding", "id": "projects/p roles/viewer", "changed": False, "error": "permission denied"}


def report(*found):
    made = Report()
    made.add("localhost", found)
    made.end()
    return made


@pytest.mark.parametrize(
    ("found", "code"),
    [([SAME], 0), ([SAME, CHANGED], 2), ([AILING], 2), ([CHANGED, UNREAD], 3), ([], 3)],
    ids=["clean", "drift", "unhealthy", "incomplete", "nothing checked"],
)
def test_exit_code(found, code):
    assert report(*found).exit_code == code


def test_a_clean_report_is_one_line():
    assert report(SAME, SAME).text() == "None of 2 resources differ from what is declared."


def test_each_difference_is_one_line():
    assert report(SAME, CHANGED).text().splitlines() == [
        "1 of 2 resources differs from what is declared.",
        "",
        "sql_instance projects/p/instances/i",
        "  settings.tier                   declared db-f1-micro  actual db-g1-small",
        "  settings.storage_auto_resize    declared true         actual false",
        '  settings.user_labels[intruder]  declared nothing      actual ""',
    ]


def test_of_what_is_missing_only_that_is_said_while_programs_get_all():
    made = report(MISSING)
    assert made.text().splitlines()[2:] == [
        "secretmanager_secret projects/p/secrets/s",
        "  state  declared present  actual absent",
    ]
    assert len(made.data()["resources"][0]["differences"]) == 2


def test_what_is_as_declared_but_ailing_is_reported():
    assert report(AILING).text().endswith("declared healthy  actual state is SUSPENDED")


def test_what_could_not_be_checked_is_named_last():
    made = report(CHANGED, UNREAD)
    assert made.text().endswith("\n  localhost: iam_binding projects/p roles/viewer: permission denied")
    assert made.checked == 1


def test_the_file_says_the_same(tmp_path):
    path = tmp_path / "made" / "drift.json"
    report(SAME, CHANGED, UNREAD).write(str(path))
    data = json.loads(path.read_text())
    assert data.pop("time").endswith("+00:00")
    assert data == {
        "version": 1,
        "complete": False,
        "drift": True,
        "checked": 2,
        "resources": [
            {
                "host": "localhost",
                "kind": "sql_instance",
                "id": "projects/p/instances/i",
                "problem": "",
                "differences": [
                    {"path": "settings.tier", "declared": "db-f1-micro", "actual": "db-g1-small"},
                    {"path": "settings.storage_auto_resize", "declared": True, "actual": False},
                    {"path": "settings.user_labels[intruder]", "declared": None, "actual": ""},
                ],
            }
        ],
        "errors": [
            {
                "host": "localhost",
                "kind": "iam_binding",
                "id": "projects/p roles/viewer",
                "message": "permission denied",
            }
        ],
    }
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["drift.json"]
