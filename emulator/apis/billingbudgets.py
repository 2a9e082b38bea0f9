# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cloud Billing Budgets: budgets of a billing account; v1beta1 wraps them in a request."""

from __future__ import annotations

from emulator.model import Api, Collection, Rule

BUDGETS = Collection(
    id=lambda call, body: call.cloud.unique(),
    wraps="budget",
    stamps={"etag": "number"},
    output_only=("name",),
    not_found="Requested entity was not found.",
    defaults=(
        Rule({"allUpdatesRule": {}, "budgetFilter": {"creditTypesTreatment": "INCLUDE_ALL_CREDITS"}}),
        Rule({"budgetFilter": {"calendarPeriod": "MONTH"}}, {"budgetFilter.customPeriod": None}),
    ),
)
APIS = (
    Api(
        name="billingbudgets",
        documents=("billingbudgets.v1", "billingbudgets.v1beta1"),
        needs_enabling=False,
        collections={"billingAccounts.budgets": BUDGETS},
    ),
)
