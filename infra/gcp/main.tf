# Everything that runs, declared in functions/manifest.json.

locals {
  manifest = jsondecode(file("${path.module}/../../functions/manifest.json"))
  # After a restore there are two databases of petitions. The former one stays until it is deleted by hand.
  databases = toset(["petitions", "channel", "public", "tries", var.petitions_database])
  hosts = {
    zalo_webhook = "webhook.${var.domain}"
    desk         = "desk.${var.domain}"
    public_site  = "www.${var.domain}"
    citizen_page = "phieu.${var.domain}"
  }

  # Settings derived here. All other settings that are not secret come from var.settings.
  derived = {
    GOOGLE_CLOUD_PROJECT       = var.project
    FIRESTORE_DATABASE         = google_firestore_database.data[var.petitions_database].name
    FIRESTORE_CHANNEL_DATABASE = google_firestore_database.data["channel"].name
    FIRESTORE_PUBLIC_DATABASE  = google_firestore_database.data["public"].name
    FIRESTORE_TRIES_DATABASE   = google_firestore_database.data["tries"].name
    # Ordering keys need the region's endpoint.
    PUBSUB_URL         = "https://${var.region}-pubsub.googleapis.com"
    ATTACHMENTS_BUCKET = google_storage_bucket.data["attachments"].name
    FROZEN_BUCKET      = google_storage_bucket.data["frozen"].name
    ZALO_TOKENS_VAULT  = google_secret_manager_secret.tokens_vault.id
    DESK_URL           = "https://${local.hosts.desk}"
    PUBLIC_URL         = "https://${local.hosts.public_site}"
    CITIZEN_URL        = "https://${local.hosts.citizen_page}"
    IAP_AUDIENCE       = "/projects/${data.google_project.this.number}/global/backendServices/${google_compute_backend_service.site["desk"].generated_id}"
  }
  values = merge(var.settings, local.derived)

  # The settings that var.settings may contain, and those of them without a default in the code.
  given    = toset([for name, setting in local.manifest.settings : name if !setting.secret && !contains(keys(local.derived), name)])
  required = toset([for name in local.given : name if !try(local.manifest.settings[name].optional, false)])
}

data "google_project" "this" {
  project_id = var.project
}

module "function" {
  source   = "./modules/function"
  for_each = local.manifest.functions

  name     = each.key
  function = each.value
  archive  = { bucket = google_storage_bucket.data["archives"].name, object = google_storage_bucket_object.archive[each.key].name }
  environment = {
    for setting in each.value.settings : setting => local.values[setting]
    if !local.manifest.settings[setting].secret && contains(keys(local.values), setting)
  }
  secrets = {
    for setting in each.value.settings : setting => {
      secret  = google_secret_manager_secret.this[setting].secret_id
      mounted = try(local.manifest.settings[setting].mounted, false)
    } if local.manifest.settings[setting].secret
  }
  buckets    = { for name in ["attachments", "frozen"] : name => google_storage_bucket.data[name].name }
  connector  = contains(local.via_nat, each.key) ? "projects/${var.project}/locations/${var.region}/connectors/egress" : null
  repository = google_artifact_registry_repository.functions.repository_id
  context = {
    project   = var.project
    region    = var.region
    warm      = var.warm
    number    = data.google_project.this.number
    petitions = var.petitions_database

    max_instances = var.max_instances
    all_traffic   = each.key != "zalo_webhook" || var.canary == 0
  }

  depends_on = [
    google_project_service.this,
    google_firestore_index.this,
    google_firestore_field.this,
    google_project_iam_custom_role.eraser,
    google_vpc_access_connector.egress,
    google_compute_router_nat.egress,
  ]
}

module "topic" {
  source   = "./modules/topic"
  for_each = local.manifest.topics

  name          = each.key
  topic         = each.value
  subscriptions = { for key, sub in local.manifest.subscriptions : key => sub if sub.topic == each.key }
  dead_letters  = each.key == "dead-letters" ? null : "projects/${var.project}/topics/dead-letters"
  publishers    = { for key, function in local.manifest.functions : key => module.function[key].account if contains(function.publishes, each.key) }
  targets       = { for key in keys(local.manifest.functions) : key => module.function[key].uri }
  context       = { project = var.project, region = var.region, number = data.google_project.this.number, caller = google_service_account.caller["push"].email, frozen = var.frozen }

  depends_on = [google_project_service.this]
}

module "schedule" {
  source   = "./modules/schedule"
  for_each = local.manifest.schedules

  name     = each.key
  schedule = each.value
  target   = module.function[each.value.function].uri
  context  = { project = var.project, region = var.region, time_zone = local.manifest.time_zone, caller = google_service_account.caller["schedule"].email, frozen = var.frozen }

  depends_on = [google_project_service.this]
}

# The callers of the internal functions: Pub/Sub's pushes and Cloud Scheduler, with separate accounts.
resource "google_service_account" "caller" {
  for_each = { push = "Pub/Sub pushes to functions", schedule = "Cloud Scheduler calls functions" }

  account_id   = "caller-${each.key}"
  display_name = each.value
  project      = var.project
}

# A caller may call only the functions it has messages or schedules for.
resource "google_cloud_run_v2_service_iam_member" "caller" {
  for_each = {
    for call in distinct(concat(
      [for sub in values(local.manifest.subscriptions) : { function = sub.function, kind = "push" } if sub.function != null],
      [for schedule in values(local.manifest.schedules) : { function = schedule.function, kind = "schedule" }],
    )) : "${call.function}:${call.kind}" => call
  }

  project  = var.project
  location = var.region
  name     = module.function[each.value.function].service
  role     = "roles/run.invoker"
  member   = google_service_account.caller[each.value.kind].member
}
