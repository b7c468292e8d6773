# Alerts and the operators' responses to them, from alerts.json, which infra/README.md repeats.

locals {
  alerts = jsondecode(file("${path.module}/alerts.json"))

  # A counter for every logged metric (the field "metric" of a line) that the dashboard or an alert uses.
  counters = merge(
    { for name in flatten([for chart in local.dashboard : try(chart.logs, [])]) : name => "DEFAULT" },
    merge([for alert in values(local.alerts) : { for name in try(alert.logs, []) : name => alert.level }]...),
  )

  # Conditions by alert: one per logged metric, one per time limit of schedules, or the given one.
  conditions = merge([
    for key, alert in local.alerts : merge(
      {
        for name in try(alert.logs, []) : "${key}-${name}" => {
          alert  = key
          filter = join(" AND ", compact(["metric.type = \"logging.googleapis.com/user/${name}\" AND resource.type = \"cloud_run_revision\"", try(alert.where, "")]))
        }
      },
      {
        for seconds, jobs in try(alert.schedules, {}) : "${key}-${seconds}" => {
          alert  = key
          absent = seconds
          filter = "metric.type = \"${alert.metric}\" AND resource.type = \"cloud_scheduler_job\" AND resource.labels.job_id = one_of(${join(", ", [for job in jobs : jsonencode(job)])})"
        }
      },
      try(alert.filter, "") == "" ? {} : {
        (key) = merge({
          alert  = key
          filter = "metric.type = \"${alert.metric}\" AND ${alert.filter}"
        }, can(alert.absent_seconds) ? { absent = alert.absent_seconds } : {})
      },
    )
  ]...)

  # The commands in an alert can be run unchanged.
  placeholders = {
    "=PROJECT"     = "=${var.project}"
    "=REGION"      = "=${var.region}"
    "=WEBHOOK_URL" = "=https://${local.hosts.zalo_webhook}/"
    "=APP_ID"      = "=${try(var.settings.ZALO_APP_ID, "")}"
    "=OA_ID"       = "=${try(var.settings.ZALO_OA_ID, "")}"
  }
}

resource "google_monitoring_notification_channel" "operators" {
  display_name = "Operators"
  project      = var.project
  type         = "email"
  labels       = { email_address = var.operators_email }

  depends_on = [google_project_service.this]
}

locals {
  # Critical alerts also go to channels that wake people. Their numbers are kept in the console, not here.
  channels = {
    WARNING  = [google_monitoring_notification_channel.operators.id]
    CRITICAL = concat([google_monitoring_notification_channel.operators.id], var.wake_channels)
  }
}

resource "google_logging_metric" "counter" {
  for_each = local.counters

  name    = each.key
  project = var.project
  filter  = "resource.type = \"cloud_run_revision\" AND jsonPayload.metric = \"${each.key}\" AND severity >= ${each.value}"

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    labels {
      key        = "reason"
      value_type = "STRING"
    }
  }

  label_extractors = { reason = "EXTRACT(jsonPayload.reason)" }

  depends_on = [google_project_service.this]
}

# Cloud Scheduler writes a line at the start and at the end of an attempt. Only an end without an error counts as a run.
resource "google_logging_metric" "schedule_ran" {
  name    = "schedule_ran"
  project = var.project
  filter  = "resource.type = \"cloud_scheduler_job\" AND jsonPayload.\"@type\" = \"type.googleapis.com/google.cloud.scheduler.logging.AttemptFinished\" AND severity < ERROR"

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
  }

  depends_on = [google_project_service.this]
}

resource "google_monitoring_alert_policy" "this" {
  for_each = local.alerts

  display_name          = each.value.title
  project               = var.project
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = local.channels[each.value.severity]

  documentation {
    content = replace(join("", [
      # A word of the text is either a placeholder or kept.
      for word in flatten(regexall("=[A-Z_]+|[^=]+|=", join("\n\n", concat(
        ["This means: ${each.value.means}."],
        [for number, step in each.value.steps : "${number + 1}. ${step}"],
        ["infra/NIGHT.md has the first minutes; infra/README.md, \"Alerts\", ${each.value.runbook}."],
      )))) : lookup(local.placeholders, word, word)
    ]), " JOB ", " $${${try(each.value.job, "")}} ")
    mime_type = "text/markdown"
  }

  dynamic "conditions" {
    for_each = { for name, condition in local.conditions : name => condition if condition.alert == each.key }
    content {
      display_name = conditions.key

      dynamic "condition_absent" {
        for_each = can(conditions.value.absent) ? [conditions.value] : []
        content {
          filter   = condition_absent.value.filter
          duration = "${condition_absent.value.absent}s"
          aggregations {
            alignment_period   = "60s"
            per_series_aligner = try(each.value.aligner, "ALIGN_DELTA")
          }
        }
      }

      dynamic "condition_threshold" {
        for_each = can(conditions.value.absent) ? [] : [conditions.value]
        content {
          filter             = condition_threshold.value.filter
          denominator_filter = try(each.value.of, null)
          comparison         = "COMPARISON_GT"
          threshold_value    = each.value.threshold
          duration           = "0s"
          aggregations {
            alignment_period     = "${each.value.window_seconds}s"
            per_series_aligner   = try(each.value.aligner, "ALIGN_DELTA")
            cross_series_reducer = try(each.value.reducer, null)
            group_by_fields      = try([each.value.by], null)
          }
          dynamic "denominator_aggregations" {
            for_each = can(each.value.of) ? [each.value] : []
            content {
              alignment_period     = "${denominator_aggregations.value.window_seconds}s"
              per_series_aligner   = denominator_aggregations.value.aligner
              cross_series_reducer = denominator_aggregations.value.reducer
              group_by_fields      = [denominator_aggregations.value.by]
            }
          }
        }
      }
    }
  }

  # A metric's first point may come some time after its counter is made.
  depends_on = [google_logging_metric.counter, google_logging_metric.schedule_ran]
}

resource "google_monitoring_uptime_check_config" "site" {
  for_each = { for name, host in local.hosts : name => host if name != "desk" }

  display_name = each.value
  project      = var.project
  timeout      = "10s"
  period       = "60s"

  http_check {
    path         = "/"
    port         = 443
    use_ssl      = true
    validate_ssl = true
  }

  monitored_resource {
    type   = "uptime_url"
    labels = { project_id = var.project, host = each.value }
  }
}

locals {
  # Cloud Run's request logs contain addresses, and the address of a citizen's page is enough to open it.
  page_requests = "resource.type = \"cloud_run_revision\" AND resource.labels.service_name = \"citizen-page\" AND logName = \"projects/${var.project}/logs/run.googleapis.com%2Frequests\""
  # Search terms and codes in addresses. Both Cloud Run and the load balancer log addresses.
  searches = "httpRequest.requestUrl =~ \"[?&](q|code)=\""
}

# Excluded from Cloud Logging's own bucket and, below, from ours.
resource "google_logging_project_exclusion" "page_requests" {
  name        = "requests-of-citizen-page"
  project     = var.project
  description = "Addresses of citizens' pages are secrets"
  filter      = local.page_requests

  depends_on = [google_project_service.this]
}

resource "google_logging_project_exclusion" "searches" {
  name        = "searches-of-public-site"
  project     = var.project
  description = "What was searched on the public site, and codes in addresses"
  filter      = local.searches

  depends_on = [google_project_service.this]
}

# LAW 5.7: system logs are kept for at least 12 months. Cloud Logging itself deletes them after 30 days.
resource "google_logging_project_sink" "kept" {
  #checkov:skip=CKV2_GCP_4:A locked retention cannot be undone, nor the project deleted: the owner decides after go-live
  name                   = "kept-12-months"
  project                = var.project
  destination            = "storage.googleapis.com/${google_storage_bucket.data["logs"].name}"
  filter                 = "resource.type = \"cloud_run_revision\" OR logName : \"cloudaudit.googleapis.com\""
  unique_writer_identity = true

  exclusions {
    name   = "requests-of-citizen-page"
    filter = local.page_requests
  }

  exclusions {
    name   = "searches-of-public-site"
    filter = local.searches
  }
}

resource "google_storage_bucket_iam_member" "sink" {
  bucket = google_storage_bucket.data["logs"].name
  role   = "roles/storage.objectCreator"
  member = google_logging_project_sink.kept.writer_identity
}

# Log reading of data, not only changes.
resource "google_project_iam_audit_config" "data" {
  for_each = toset(["datastore.googleapis.com", "secretmanager.googleapis.com", "storage.googleapis.com"])

  project = var.project
  service = each.value

  audit_log_config {
    log_type = "DATA_READ"
  }

  audit_log_config {
    log_type = "DATA_WRITE"
  }
}

resource "google_billing_budget" "month" {
  count = var.billing_account == "" ? 0 : 1

  billing_account = var.billing_account
  display_name    = "${var.project} by month"

  budget_filter {
    projects = ["projects/${data.google_project.this.number}"]
  }

  amount {
    specified_amount {
      currency_code = var.budget_currency
      units         = tostring(var.budget)
    }
  }

  dynamic "threshold_rules" {
    for_each = [0.5, 0.9, 1.0]
    content {
      threshold_percent = threshold_rules.value
    }
  }

  all_updates_rule {
    monitoring_notification_channels = [google_monitoring_notification_channel.operators.id]
  }
}
