# Buckets: citizens' files, frozen files, the functions' archives, and logs that must be kept.

locals {
  buckets = {
    # originals/ has citizens' files with the camera's metadata (place, device), copies/ the files that officers see,
    # sealed/ the files that filers open on their own page, and uploads/ unchecked files from there. A role names one of
    # these folders. An erased file stays for a week as an old version. Soft deletion would keep it for another week.
    attachments = { keep_days = 0, versioned = true, soft_days = 0 }
    # Frozen files are kept as long as a unit may be judged by them: for ten years, no one can overwrite or delete them.
    frozen   = { keep_days = 3650, versioned = false, soft_days = 7 }
    archives = { keep_days = 0, versioned = true, soft_days = 7 }
    logs     = { keep_days = 365, versioned = false, soft_days = 7 }
  }
}

resource "google_storage_bucket" "data" {
  #checkov:skip=CKV_GCP_62:Reads and writes of objects are in the audit log (monitoring.tf), which is kept
  #checkov:skip=CKV_GCP_78:All are versioned except those with a retention policy (the two exclude one another)
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

  # LAW 5.7: system logs are kept for at least 12 months. Frozen files are kept for ten years (LAW 6.1).
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

  # Deletes uploads that were never checked, and files of jobs, whose links last a day, including erased versions.
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

  # Logs are deleted a month after the retention, so that an audit of the last year finds all of it.
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

# Erasing must not allow reading, and no predefined role only lists and deletes.
resource "google_project_iam_custom_role" "eraser" {
  project     = var.project
  role_id     = "objectEraser"
  title       = "Erases objects"
  description = "Lists and deletes objects; reads none."
  permissions = ["storage.objects.delete", "storage.objects.list"]
}

resource "google_storage_bucket_object" "archive" {
  for_each = local.manifest.functions

  # The name contains the hash of the content, so a function is deployed again if and only if its archive changed.
  name   = "functions/${var.archives[each.key]}"
  bucket = google_storage_bucket.data["archives"].name
  source = "${var.archives_folder}/${var.archives[each.key]}"
}
