# One job of Cloud Scheduler.

resource "google_cloud_scheduler_job" "this" {
  name             = var.name
  description      = var.schedule.description
  project          = var.context.project
  region           = var.context.region
  schedule         = var.schedule.cron
  time_zone        = var.context.time_zone
  paused           = var.context.frozen
  attempt_deadline = "${var.schedule.attempt_deadline_seconds}s"

  retry_config {
    retry_count = var.schedule.retry_count
  }

  http_target {
    http_method = "POST"
    uri         = "${var.target}/schedule/${var.name}"

    oidc_token {
      service_account_email = var.context.caller
      audience              = var.target
    }
  }
}
