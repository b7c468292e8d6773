# Token pairs that could not be written to the database: `notifications` adds versions and reads the latest one.
resource "google_secret_manager_secret" "tokens_vault" {
  secret_id = "zalo_tokens_vault"
  project   = var.project

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [google_project_service.this]
}

# Containers only. Values are added by `gcloud secrets versions add`, not by Terraform, whose state would contain them.

resource "google_secret_manager_secret" "this" {
  for_each = { for name, setting in local.manifest.settings : name => setting if setting.secret }

  secret_id = lower(replace(each.key, "_", "-"))
  project   = var.project

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [google_project_service.this]
}
