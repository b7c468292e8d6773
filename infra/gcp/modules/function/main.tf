# One Cloud Run function (gen 2) with its accounts, its build and its rights, but without topics.

locals {
  service = replace(var.name, "_", "-")
  mounts  = { for setting, secret in var.secrets : setting => secret if secret.mounted }
  inline  = { for setting, secret in var.secrets : setting => secret if !secret.mounted }
  roles = { for role in var.function.roles : role => {
    # The only role of our own (storage.tf). All others are Google's.
    role = startswith(role, "storage.objectEraser:") ? "projects/${var.context.project}/roles/objectEraser" : "roles/${split(":", role)[0]}"
    kind = split(".", role)[0]
    on   = split(":", role)[1] == "petitions" ? var.context.petitions : split(":", role)[1]
    # Frozen files have their own bucket, under the folder of that name. All other folders are in the other bucket.
    bucket = var.buckets[split(":", role)[1] == "frozen" ? "frozen" : "attachments"]
  } }
}

resource "google_service_account" "this" {
  account_id   = "fn-${local.service}"
  display_name = "Runs ${local.service}"
  description  = var.function.description
  project      = var.context.project
}

resource "google_service_account" "build" {
  account_id   = "build-${local.service}"
  display_name = "Builds ${local.service}"
  project      = var.context.project
}

# A build writes its log and pushes its image.
resource "google_project_iam_member" "build_log" {
  project = var.context.project
  role    = "roles/logging.logWriter"
  member  = google_service_account.build.member
}

resource "google_artifact_registry_repository_iam_member" "build" {
  project    = var.context.project
  location   = var.context.region
  repository = var.repository
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.build.member
}

# It reads only this function's source, in the bucket to which Cloud Functions copies the archive
# (terraform-provider-google 20571). Google creates that bucket with the first function, so the right is granted on the
# project with a condition.
resource "google_project_iam_member" "build_source" {
  project = var.context.project
  role    = "roles/storage.objectViewer"
  member  = google_service_account.build.member

  condition {
    title       = "source-of-${local.service}"
    description = "Only the source of ${local.service}."
    expression  = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-${var.context.number}-${var.context.region}/objects/${local.service}/\")"
  }
}

resource "google_cloudfunctions2_function" "this" {
  name        = local.service
  description = var.function.description
  location    = var.context.region
  project     = var.context.project

  build_config {
    runtime           = "python313"
    entry_point       = "main"
    service_account   = google_service_account.build.id
    docker_repository = "projects/${var.context.project}/locations/${var.context.region}/repositories/${var.repository}"

    source {
      storage_source {
        bucket = var.archive.bucket
        object = var.archive.object
      }
    }
  }

  service_config {
    available_memory                 = "${var.function.memory_mib}Mi"
    available_cpu                    = tostring(var.function.cpu)
    max_instance_request_concurrency = var.function.concurrency
    min_instance_count               = var.context.warm ? var.function.min_instances : 0
    max_instance_count               = min(var.function.max_instances, var.context.max_instances)
    timeout_seconds                  = var.function.timeout_seconds
    service_account_email            = google_service_account.this.email
    # Public functions are behind the load balancer. Pub/Sub and Cloud Scheduler of the project count as internal.
    ingress_settings               = var.function.public ? "ALLOW_INTERNAL_AND_GCLB" : "ALLOW_INTERNAL_ONLY"
    vpc_connector                  = var.connector
    vpc_connector_egress_settings  = var.connector == null ? null : "ALL_TRAFFIC"
    all_traffic_on_latest_revision = var.context.all_traffic

    environment_variables = merge(
      var.environment,
      { THREADS = tostring(var.function.concurrency), LOG_EXECUTION_ID = "true" },
      { for setting in keys(local.mounts) : setting => "/secrets/${setting}/value" },
    )

    dynamic "secret_environment_variables" {
      for_each = local.inline
      content {
        key        = secret_environment_variables.key
        project_id = var.context.project
        secret     = secret_environment_variables.value.secret
        version    = "latest"
      }
    }

    dynamic "secret_volumes" {
      for_each = local.mounts
      content {
        mount_path = "/secrets/${secret_volumes.key}"
        project_id = var.context.project
        secret     = secret_volumes.value.secret
        versions {
          version = "latest"
          path    = "value"
        }
      }
    }
  }

  lifecycle {
    # A new archive has a new object name, so Google's labels can be ignored.
    ignore_changes = [labels]
  }

  depends_on = [
    google_project_iam_member.build_log,
    google_project_iam_member.build_source,
    google_artifact_registry_repository_iam_member.build,
    google_secret_manager_secret_iam_member.this,
    google_secret_manager_secret_iam_member.extra,
    google_project_iam_member.database,
    google_storage_bucket_iam_member.this,
  ]
}

resource "google_secret_manager_secret_iam_member" "this" {
  for_each = var.secrets

  project   = var.context.project
  secret_id = each.value.secret
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.this.member
}

# Rights on databases are limited to the database named by the role.
resource "google_project_iam_member" "database" {
  for_each = { for key, role in local.roles : key => role if role.kind == "datastore" }

  project = var.context.project
  role    = each.value.role
  member  = google_service_account.this.member

  condition {
    title       = "database-${each.value.on}"
    description = "Only the database ${each.value.on}."
    expression  = "resource.name == \"projects/${var.context.project}/databases/${each.value.on}\" || resource.name.startsWith(\"projects/${var.context.project}/databases/${each.value.on}/\")"
  }

  # After a restore, the right on the former database is removed once the function has left it.
  lifecycle {
    create_before_destroy = true
  }
}

# Rights on files are limited to one folder: originals, officers' copies, sealed files, uploads, exports, frozen files.
resource "google_storage_bucket_iam_member" "this" {
  for_each = { for key, role in local.roles : key => role if role.kind == "storage" }

  bucket = each.value.bucket
  role   = each.value.role
  member = google_service_account.this.member

  condition {
    title       = "objects-${each.value.on}"
    description = "Only the objects under ${each.value.on}/."
    # Names are listed on the bucket as a whole, which is a resource without a folder.
    expression = join(" || ", concat(
      startswith(each.value.role, "roles/") ? [] : ["resource.name == \"projects/_/buckets/${each.value.bucket}\""],
      ["resource.name.startsWith(\"projects/_/buckets/${each.value.bucket}/objects/${each.value.on}/\")"],
    ))
  }
}

resource "google_secret_manager_secret_iam_member" "extra" {
  for_each = { for key, role in local.roles : key => role if role.kind == "secretmanager" }

  project   = var.context.project
  secret_id = each.value.on
  role      = each.value.role
  member    = google_service_account.this.member
}

resource "google_project_iam_member" "telemetry" {
  # The webhook passes traces on but makes no spans.
  for_each = toset(concat(["roles/logging.logWriter"], contains(var.function.settings, "TRACES") ? ["roles/telemetry.tracesWriter"] : []))

  project = var.context.project
  role    = each.value
  member  = google_service_account.this.member
}
