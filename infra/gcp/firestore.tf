# Four databases, separated by IAM conditions (modules/function). Indexes and TTL come from the emulator's file.

locals {
  indexes = jsondecode(file("${path.module}/firestore.indexes.json"))

  # After a restore there are two databases of petitions, and both have the indexes. The functions use the former one
  # until they are deployed, and again after a rollback. A restored database comes with its backup's indexes, which are
  # imported (infra/operate/deployment/adopt.py).
  petitions = toset(["petitions", var.petitions_database])
  composite = merge([
    for database in local.petitions : {
      for index in local.indexes.indexes :
      join("-", concat([database], [index.collectionGroup], [for field in index.fields : "${field.fieldPath}.${lower(try(field.order, field.arrayConfig))}"])) => merge({ database = database }, index)
    }
  ]...)
  # The counts of wrong digits are in the database of that name.
  overrides = merge([
    for database in local.petitions : {
      for field in [for item in local.indexes.fieldOverrides : merge(item, { database = item.collectionGroup == "tries" ? "tries" : database })] :
      "${field.database}-${field.collectionGroup}-${field.fieldPath}" => field
    }
  ]...)
}

resource "google_firestore_database" "data" {
  for_each = local.databases

  name                              = each.value
  project                           = var.project
  location_id                       = var.region
  type                              = "FIRESTORE_NATIVE"
  concurrency_mode                  = "OPTIMISTIC"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"
  delete_protection_state           = "DELETE_PROTECTION_ENABLED"
  deletion_policy                   = "ABANDON"

  dynamic "cmek_config" {
    for_each = var.kms_key == "" ? [] : [var.kms_key]
    content {
      kms_key_name = cmek_config.value
    }
  }

  lifecycle {
    prevent_destroy = true
    # The key of a database is fixed when it is created. A database created without a key keeps Google's until it is
    # restored into a new one.
    ignore_changes = [cmek_config]
  }

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.agent]
}

resource "google_firestore_backup_schedule" "daily" {
  for_each = local.databases

  project   = var.project
  database  = google_firestore_database.data[each.value].name
  retention = "${14 * 24 * 3600}s"

  daily_recurrence {}
}

resource "google_firestore_backup_schedule" "weekly" {
  for_each = local.databases

  project   = var.project
  database  = google_firestore_database.data[each.value].name
  retention = "${14 * 7 * 24 * 3600}s"

  weekly_recurrence {
    day = "SUNDAY"
  }
}

resource "google_firestore_index" "this" {
  for_each = local.composite

  project     = var.project
  database    = google_firestore_database.data[each.value.database].name
  collection  = each.value.collectionGroup
  query_scope = each.value.queryScope

  dynamic "fields" {
    for_each = each.value.fields
    content {
      field_path   = fields.value.fieldPath
      order        = try(fields.value.order, null)
      array_config = try(fields.value.arrayConfig, null)
    }
  }
}

resource "google_firestore_field" "this" {
  for_each = local.overrides

  project    = var.project
  database   = google_firestore_database.data[each.value.database].name
  collection = each.value.collectionGroup
  field      = each.value.fieldPath

  # An override replaces the automatic indexes by the listed ones. An empty list disables indexing.
  index_config {
    dynamic "indexes" {
      for_each = each.value.indexes
      content {
        order        = try(indexes.value.order, null)
        array_config = try(indexes.value.arrayConfig, null)
        query_scope  = try(indexes.value.queryScope, "COLLECTION")
      }
    }
  }

  dynamic "ttl_config" {
    for_each = try(each.value.ttl, false) ? [true] : []
    content {}
  }
}
