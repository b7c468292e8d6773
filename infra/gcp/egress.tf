# One fixed address for calls to the national portal, so that its operator can allow it. All other calls use Google's.

locals {
  egress  = toset(var.fixed_egress ? ["portal"] : [])
  via_nat = [for name, function in local.manifest.functions : name if var.fixed_egress && contains(function.settings, "PORTAL_URL")]
}

resource "google_compute_network" "egress" {
  #checkov:skip=CKV2_GCP_18:Nothing listens in it, and Google's connector makes the rules that it needs
  for_each = local.egress

  name                    = "egress"
  project                 = var.project
  auto_create_subnetworks = false

  depends_on = [google_project_service.this]
}

resource "google_compute_subnetwork" "egress" {
  #checkov:skip=CKV_GCP_26:Its traffic is logged by the calling function and by the gateway's errors
  for_each = local.egress

  name                     = "egress"
  project                  = var.project
  region                   = var.region
  network                  = google_compute_network.egress[each.key].id
  ip_cidr_range            = "10.8.0.0/28"
  private_ip_google_access = true
}

resource "google_vpc_access_connector" "egress" {
  for_each = local.egress

  name          = "egress"
  project       = var.project
  region        = var.region
  machine_type  = "e2-micro"
  min_instances = 2
  max_instances = 3

  subnet {
    name = google_compute_subnetwork.egress[each.key].name
  }
}

resource "google_compute_address" "egress" {
  for_each = local.egress

  name    = "egress"
  project = var.project
  region  = var.region

  depends_on = [google_project_service.this]
}

resource "google_compute_router" "egress" {
  for_each = local.egress

  name    = "egress"
  project = var.project
  region  = var.region
  network = google_compute_network.egress[each.key].id
}

resource "google_compute_router_nat" "egress" {
  for_each = local.egress

  name                               = "egress"
  project                            = var.project
  region                             = var.region
  router                             = google_compute_router.egress[each.key].name
  nat_ip_allocate_option             = "MANUAL_ONLY"
  nat_ips                            = [google_compute_address.egress[each.key].id]
  source_subnetwork_ip_ranges_to_nat = "LIST_OF_SUBNETWORKS"

  subnetwork {
    name                    = google_compute_subnetwork.egress[each.key].id
    source_ip_ranges_to_nat = ["ALL_IP_RANGES"]
  }

  log_config {
    enable = true
    filter = "ERRORS_ONLY"
  }
}
