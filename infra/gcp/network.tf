# One load balancer for the four public functions, by host: webhook., desk. (behind IAP), www., phieu. Only /api/v1 on
# the desk's host bypasses IAP, for systems that use keys and have no Google account.

locals {
  # The backends: the function, and the allowed requests per minute from one address. Addresses are shared: an office
  # has one, a telephone company a few.
  ways = {
    # Zalo posts all events from few addresses, and normal traffic must not be slowed down.
    zalo_webhook = { function = "zalo_webhook", a_minute = 6000 }
    desk         = { function = "desk", a_minute = 300 }
    # Ten systems with the usual quota (USUAL_A_MINUTE, 120) behind the city's one address. A call centre with 200
    # seats, where every seat files and looks up a petition every two minutes, makes 200 requests, plus 12 to follow
    # changes. Before giving an account a quota above this limit, raise the limit.
    desk_api     = { function = "desk", a_minute = 1200 }
    public_site  = { function = "public_site", a_minute = 300 }
    citizen_page = { function = "citizen_page", a_minute = 300 }
  }
}

resource "google_compute_region_network_endpoint_group" "site" {
  for_each = local.hosts

  name                  = "site-${replace(each.key, "_", "-")}"
  project               = var.project
  region                = var.region
  network_endpoint_type = "SERVERLESS"

  # By name, because IAP's audience contains the id of the backend service and is a setting of the desk itself.
  cloud_run {
    service = replace(each.key, "_", "-")
  }

  depends_on = [google_project_service.this]
}

resource "google_compute_backend_service" "site" {
  for_each = local.ways

  name                  = "site-${replace(each.key, "_", "-")}"
  project               = var.project
  protocol              = "HTTPS"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  security_policy       = google_compute_security_policy.site[each.key].id

  backend {
    group = google_compute_region_network_endpoint_group.site[each.value.function].id
  }

  dynamic "iap" {
    for_each = each.key == "desk" ? [true] : []
    content {
      enabled = true
    }
  }

  # The address of a citizen's page is enough to open it, so its requests are not logged (monitoring.tf).
  log_config {
    enable      = each.key != "citizen_page"
    sample_rate = 1
  }
}

resource "google_iap_web_backend_service_iam_member" "officers" {
  project             = var.project
  web_backend_service = google_compute_backend_service.site["desk"].name
  role                = "roles/iap.httpsResourceAccessor"
  member              = "group:${var.officers_group}"
}

# The check of the caller is switched off for all four functions (infra/operate/deployment/services.py). Allowing
# allUsers is refused in organisations created since May 2024 (iam.allowedPolicyMemberDomains), and a Cloud Function has
# no argument for it. So the desk checks IAP's signature itself (functions/desk/shell/session.py). If a deployment
# switches the check on again for a while, officers can still use the desk, because IAP's agent may invoke it.
resource "google_cloud_run_v2_service_iam_member" "desk" {
  project  = var.project
  location = var.region
  name     = module.function["desk"].service
  role     = "roles/run.invoker"
  member   = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-iap.iam.gserviceaccount.com"
}

resource "google_compute_security_policy" "site" {
  for_each = local.ways

  name    = "site-${replace(each.key, "_", "-")}"
  project = var.project
  type    = "CLOUD_ARMOR"

  rule {
    action      = "throttle"
    priority    = 1000
    description = "An address that floods is slowed down"
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"
      rate_limit_threshold {
        count        = each.value.a_minute
        interval_sec = 60
      }
    }
  }

  rule {
    action      = "deny(403)"
    priority    = 900
    description = "Known attacks on log4j (CVE-2021-44228), whatever the language"
    match {
      expr {
        expression = "evaluatePreconfiguredExpr('cve-canary')"
      }
    }
  }

  rule {
    action      = "allow"
    priority    = 2147483647
    description = "Default"
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }

  depends_on = [google_project_service.this]
}

resource "google_compute_global_address" "site" {
  name    = "site"
  project = var.project

  depends_on = [google_project_service.this]
}

resource "google_compute_managed_ssl_certificate" "site" {
  for_each = local.hosts

  # Another domain gets another certificate, which is made before the proxy releases the one in use.
  name    = "site-${replace(each.key, "_", "-")}-${substr(sha256(each.value), 0, 8)}"
  project = var.project

  managed {
    domains = [each.value]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_ssl_policy" "site" {
  name            = "site"
  project         = var.project
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
}

resource "google_compute_url_map" "site" {
  name            = "site"
  project         = var.project
  default_service = google_compute_backend_service.site["public_site"].id

  dynamic "host_rule" {
    for_each = local.hosts
    content {
      hosts        = [host_rule.value]
      path_matcher = replace(host_rule.key, "_", "-")
    }
  }

  dynamic "path_matcher" {
    for_each = local.hosts
    content {
      name            = replace(path_matcher.key, "_", "-")
      default_service = google_compute_backend_service.site[path_matcher.key].id

      dynamic "path_rule" {
        for_each = path_matcher.key == "desk" ? [true] : []
        content {
          paths   = ["/api/v1", "/api/v1/*"]
          service = google_compute_backend_service.site["desk_api"].id
        }
      }
    }
  }
}

resource "google_compute_target_https_proxy" "site" {
  name             = "site"
  project          = var.project
  url_map          = google_compute_url_map.site.id
  ssl_certificates = [for certificate in google_compute_managed_ssl_certificate.site : certificate.id]
  ssl_policy       = google_compute_ssl_policy.site.id
}

resource "google_compute_global_forwarding_rule" "https" {
  name                  = "site-https"
  project               = var.project
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.site.id
  port_range            = "443"
  target                = google_compute_target_https_proxy.site.id
}

# An address typed without a scheme arrives at port 80.
resource "google_compute_url_map" "redirect" {
  name    = "site-redirect"
  project = var.project

  default_url_redirect {
    https_redirect         = true
    redirect_response_code = "MOVED_PERMANENTLY_DEFAULT"
    strip_query            = false
  }

  depends_on = [google_project_service.this]
}

resource "google_compute_target_http_proxy" "redirect" {
  name    = "site-redirect"
  project = var.project
  url_map = google_compute_url_map.redirect.id
}

resource "google_compute_global_forwarding_rule" "http" {
  name                  = "site-http"
  project               = var.project
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.site.id
  port_range            = "80"
  target                = google_compute_target_http_proxy.redirect.id
}
