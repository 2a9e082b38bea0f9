# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the project that exists from the start has: enabled APIs, a policy, an owner, as such projects have them."""

from __future__ import annotations

from emulator.cloud import DEFAULT_PROJECT

NAMES = (
    "accesscontextmanager aiplatform alloydb analyticshub anthos anthosaudit anthosconfigmanagement anthosgke "
    "anthospolicycontroller apigee apikeys appengine appenginereporting artifactregistry autoscaling bigquery "
    "bigqueryconnection bigquerydatapolicy bigquerymigration bigqueryreservation bigquerystorage bigtableadmin "
    "billingbudgets binaryauthorization certificatemanager cloudapis cloudasset cloudbilling cloudbuild "
    "clouddebugger cloudfunctions cloudidentity cloudkms cloudresourcemanager cloudscheduler cloudtrace "
    "compute connectgateway container containeranalysis containerfilesystem containerregistry datacatalog "
    "dataflow dataform datafusion dataplex dataproc-control dataproc datastore deploymentmanager dlp dns "
    "edgecache edgecontainer edgenetwork eventarc file gkebackup gkeconnect gkehub gkemulticloud iam "
    "iamcredentials iap identitytoolkit krmapihosting logging memcache monitoring multiclustermetering "
    "networkconnectivity networksecurity networkservices opsconfigmonitoring osconfig oslogin privateca pubsub "
    "pubsublite recaptchaenterprise redis run secretmanager servicedirectory servicemanagement "
    "servicenetworking serviceusage source sourcerepo spanner sql-component sqladmin stackdriver storage-api "
    "storage-component storage storagetransfer vpcaccess "
)
ENABLED = [f"{name}.googleapis.com" for name in NAMES.split()]

AGENT = "serviceAccount:service-{{number}}@{}.iam.gserviceaccount.com"
POLICY = (
    ("roles/alloydb.serviceAgent", (AGENT.format("gcp-sa-alloydb"),)),
    ("roles/appengine.serviceAgent", (AGENT.format("gcp-gae-service"),)),
    ("roles/artifactregistry.serviceAgent", (AGENT.format("gcp-sa-artifactregistry"),)),
    ("roles/cloudbuild.builds.builder", ("serviceAccount:{number}@cloudbuild.gserviceaccount.com",)),
    ("roles/cloudbuild.serviceAgent", (AGENT.format("gcp-sa-cloudbuild"),)),
    ("roles/cloudkms.serviceAgent", (AGENT.format("gcp-sa-cloudkms"),)),
    ("roles/compute.serviceAgent", (AGENT.format("compute-system"),)),
    ("roles/container.serviceAgent", (AGENT.format("container-engine-robot"),)),
    ("roles/containerregistry.ServiceAgent", (AGENT.format("containerregistry"),)),
    (
        "roles/editor",
        (
            "serviceAccount:{number}-compute@developer.gserviceaccount.com",
            "serviceAccount:{number}@cloudservices.gserviceaccount.com",
            "serviceAccount:{project}@appspot.gserviceaccount.com",
        ),
    ),
    ("roles/firebaserules.system", (AGENT.format("firebase-rules"),)),
    ("roles/firestore.serviceAgent", (AGENT.format("gcp-sa-firestore"),)),
    ("roles/gkehub.serviceAgent", (AGENT.format("gcp-sa-gkehub"),)),
    ("roles/networkconnectivity.serviceAgent", (AGENT.format("gcp-sa-networkconnectivity"),)),
    ("roles/owner", ("serviceAccount:cnrm-system@{project}.iam.gserviceaccount.com", "user:user-b799@example.com")),
    ("roles/pubsub.serviceAgent", (AGENT.format("gcp-sa-pubsub"),)),
    ("roles/servicenetworking.serviceAgent", (AGENT.format("service-networking"),)),
    ("roles/spanner.serviceAgent", (AGENT.format("gcp-sa-spanner"),)),
)
NETWORK = f"projects/{DEFAULT_PROJECT}/global/networks/default"
ROOT = "https://www.googleapis.com/compute/v1/"
RESOURCES = {
    f"compute/{NETWORK}": {
        "kind": "compute#network",
        "id": "2445367146633761542",
        "creationTimestamp": "2024-04-24T18:12:09.998-07:00",
        "name": "default",
        "description": "Default network for the project",
        "selfLink": ROOT + NETWORK,
        "selfLinkWithId": f"{ROOT}projects/{DEFAULT_PROJECT}/global/networks/2445367146633761542",
        "autoCreateSubnetworks": True,
        "routingConfig": {"routingMode": "REGIONAL", "bgpBestPathSelectionMode": "LEGACY"},
        "networkFirewallPolicyEnforcementOrder": "AFTER_CLASSIC_FIREWALL",
    }
}
SEEDS = {
    "resources": {DEFAULT_PROJECT: RESOURCES},
    "enabled": {DEFAULT_PROJECT: ENABLED},
    "policies": {DEFAULT_PROJECT: POLICY},
}
