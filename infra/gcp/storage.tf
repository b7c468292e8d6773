# Buckets: what citizens sent, what was frozen, the archives of functions, and logs that must be kept.

locals {
  buckets = {
    # originals/ hold what the citizen's camera wrote (place, device), copies/ what officers see, sealed/ what a filer opens
    # on their own page, uploads/ what was sent from it and is not checked yet: roles name one of them.
    # An erased file is an old version for a week and then gone for good: not kept for another week by soft deletion.
    attachments = { keep_days = 0, versioned = true, soft_days = 0 }
    # What was frozen stands as long as a unit may be judged by it: nobody overwrites or deletes it for ten years.
    frozen   = { keep_days = 3650, versioned = false, soft_days = 7 }
    archives = { keep_days = 0, versioned = true, soft_days = 7 }
    logs     = { keep_days = 365, versioned = false, soft_days = 7 }
  }
}

resource "google_storage_bucket" "data" {
  #checkov:skip=CKV_GCP_62:Who reads and writes objects is in the audit log (monitoring.tf), which is kept
  #checkov:skip=CKV_GCP_78:All are versioned but those that a retention policy keeps instead (the two exclude each other)
  for_each = local.buckets

  name                        = "${var.project}-${each.key}"
  project                     = var.project
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false

  versioning {
    enabled = each.value.versioned
  }

  soft_delete_policy {
    retention_duration_seconds = each.value.soft_days * 24 * 3600
  }

  # LAW 5.7: logs of the system are kept for at least 12 months; what is frozen, for ten years (LAW 6.1).
  dynamic "retention_policy" {
    for_each = each.value.keep_days > 0 ? [each.value.keep_days] : []
    content {
      retention_period = retention_policy.value * 24 * 3600
    }
  }

  dynamic "lifecycle_rule" {
    for_each = each.value.versioned ? [true] : []
    content {
      action {
        type = "Delete"
      }
      condition {
        days_since_noncurrent_time = 7
        with_state                 = "ARCHIVED"
      }
    }
  }

  # What nobody came to check, and files of jobs, whose links last a day; erased versions too, which need no week here.
  dynamic "lifecycle_rule" {
    for_each = each.key == "attachments" ? ["uploads/", "exports/"] : []
    content {
      action {
        type = "Delete"
      }
      condition {
        age            = 2
        matches_prefix = [lifecycle_rule.value]
      }
    }
  }

  # Logs have an end: a month after the retention, in which whoever audits the last year still finds it whole.
  dynamic "lifecycle_rule" {
    for_each = each.key == "logs" ? [400] : []
    content {
      action {
        type = "Delete"
      }
      condition {
        age = lifecycle_rule.value
      }
    }
  }

  dynamic "encryption" {
    for_each = var.kms_key == "" ? [] : [var.kms_key]
    content {
      default_kms_key_name = encryption.value
    }
  }

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.agent]
}

# Whoever erases need not read: no predefined role lists and deletes alone.
resource "google_project_iam_custom_role" "eraser" {
  project     = var.project
  role_id     = "objectEraser"
  title       = "Erases objects"
  description = "Lists and deletes objects; reads none."
  permissions = ["storage.objects.delete", "storage.objects.list"]
}

resource "google_storage_bucket_object" "archive" {
  for_each = local.manifest.functions

  # The name carries the hash of the content: a function is deployed anew when, and only when, its archive changed.
  name   = "functions/${var.archives[each.key]}"
  bucket = google_storage_bucket.data["archives"].name
  source = "${var.archives_folder}/${var.archives[each.key]}"
}
