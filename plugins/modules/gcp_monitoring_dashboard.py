#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: gcp_monitoring_dashboard
short_description: Manage the dashboards of Google Cloud Monitoring
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Creates, changes and removes a dashboard.
  - To begin with one that was made in the console, read it with M(mainstay.platform.gcp_resource_info).
extends_documentation_fragment:
  - mainstay.platform.gcp
  - mainstay.platform.gcp.state
requirements:
  - google-cloud-monitoring-dashboards >= 3.2
options:
  display_name:
    description:
      - Name of the dashboard for people. Google makes the id, so that it is known by this name; there must
        not be two of one name.
    type: str
    required: true
  mosaic_layout:
    description: Widgets at places of a grid; any field of the API's MosaicLayout, such as C(columns) and C(tiles).
    type: dict
  grid_layout:
    description: Widgets one after the other in columns; any field of the API's GridLayout.
    type: dict
  row_layout:
    description: Widgets in rows; any field of the API's RowLayout.
    type: dict
  column_layout:
    description: Widgets in columns; any field of the API's ColumnLayout.
    type: dict
  dashboard_filters:
    description: Filters over all widgets; any fields of the API's DashboardFilter.
    type: list
    elements: dict
  labels:
    description: Labels by name. One that is not declared is removed.
    type: dict
notes:
  - A dashboard has one of the four layouts.
seealso:
  - name: Cloud Monitoring API
    description: Reference of projects.dashboards.
    link: https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards
"""

EXAMPLES = r"""
- name: What the database does
  mainstay.platform.gcp_monitoring_dashboard:
    project: acme-staging
    display_name: Database
    mosaic_layout:
      columns: 12
      tiles:
        - width: 6
          height: 4
          widget:
            title: Processor
            xy_chart:
              data_sets:
                - time_series_query:
                    time_series_filter:
                      filter: metric.type="cloudsql.googleapis.com/database/cpu/utilization"
                      aggregation:
                        alignment_period: 60s
                        per_series_aligner: ALIGN_MEAN
                  plot_type: LINE

- name: A dashboard that is no longer needed
  mainstay.platform.gcp_monitoring_dashboard:
    project: acme-staging
    display_name: Experiments
    state: absent
"""

RETURN = r"""
resource:
  description: The dashboard as the API tells it, in check mode as it would be.
  returned: success
  type: dict
  sample:
    name: projects/123456789012/dashboards/0f4c5a4e-3f9d-4a53-8f3e-3a2c6c1d2b1a
    display_name: Database
    mosaic_layout:
      columns: 12
"""

from ansible_collections.mainstay.platform.plugins.module_utils.module import run


def main():
    """Run the module."""
    run("monitoring_dashboard", DOCUMENTATION)


if __name__ == "__main__":
    main()
