# APIs, the images of functions, and the rights of Google's own agents.

resource "google_project_service" "this" {
  for_each = toset(concat(var.fixed_egress ? ["vpcaccess"] : [], [
    "artifactregistry", "billingbudgets", "cloudbuild", "cloudfunctions", "cloudkms", "cloudscheduler", "cloudtrace", "compute",
    "firestore", "iap", "logging", "monitoring", "pubsub", "run", "secretmanager", "storage", "telemetry",
  ]))

  project            = var.project
  service            = "${each.value}.googleapis.com"
  disable_on_destroy = false
}

resource "google_artifact_registry_repository" "functions" {
  # The key of a repository is fixed when it is created. A new key needs a new repository, and the functions are built
  # into it before the former one is deleted.
  repository_id          = var.kms_key == "" ? "functions" : "functions-${substr(sha256(var.kms_key), 0, 8)}"
  description            = "Images of the functions"
  project                = var.project
  location               = var.region
  format                 = "DOCKER"
  kms_key_name           = var.kms_key == "" ? null : var.kms_key
  cleanup_policy_dry_run = false

  cleanup_policies {
    id     = "keep-the-last-ten"
    action = "KEEP"
    most_recent_versions {
      keep_count = 10
    }
  }

  cleanup_policies {
    id     = "delete-after-ninety-days"
    action = "DELETE"
    condition {
      older_than = "7776000s"
    }
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.agent]
}

# Google's storage services must be allowed to use the owner's key.
resource "google_kms_crypto_key_iam_member" "agent" {
  for_each = var.kms_key == "" ? toset([]) : toset(["gs-project-accounts", "gcp-sa-artifactregistry", "gcp-sa-firestore"])

  crypto_key_id = var.kms_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:service-${data.google_project.this.number}@${each.value}.iam.gserviceaccount.com"

  depends_on = [google_project_service.this]
}

# Pub/Sub creates the tokens of its pushes in the caller's name.
resource "google_service_account_iam_member" "pubsub_token" {
  service_account_id = google_service_account.caller["push"].name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
}
