# A topic with its subscriptions. Pub/Sub's own agent must be allowed to move dead letters, or they are lost unnoticed.

locals {
  agent = "serviceAccount:service-${var.context.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
  moved = { for key, sub in var.subscriptions : key => sub if sub.dead_letter_topic != null }
}

resource "google_pubsub_topic" "this" {
  #checkov:skip=CKV_GCP_83:Messages hold only ids, and raw events for seconds, so Google's own keys suffice
  name    = var.name
  project = var.context.project
  labels  = { ordered = tostring(var.topic.ordered) }

  message_storage_policy {
    allowed_persistence_regions = [var.context.region]
  }
}

resource "google_pubsub_topic_iam_member" "publisher" {
  for_each = var.publishers

  project = var.context.project
  topic   = google_pubsub_topic.this.name
  role    = "roles/pubsub.publisher"
  member  = "serviceAccount:${each.value}"
}

# The agent publishes messages that a subscription gives up to the topic of dead letters.
resource "google_pubsub_topic_iam_member" "agent" {
  count = var.dead_letters == null ? 1 : 0

  project = var.context.project
  topic   = google_pubsub_topic.this.name
  role    = "roles/pubsub.publisher"
  member  = local.agent
}

resource "google_pubsub_subscription" "this" {
  for_each = var.subscriptions

  name                       = each.key
  project                    = var.context.project
  topic                      = google_pubsub_topic.this.id
  ack_deadline_seconds       = each.value.ack_deadline_seconds
  message_retention_duration = "${each.value.retention_seconds}s"
  enable_message_ordering    = each.value.ordered

  # Never expires, even without traffic.
  expiration_policy {
    ttl = ""
  }

  retry_policy {
    minimum_backoff = "${each.value.minimum_backoff_seconds}s"
    maximum_backoff = "${each.value.maximum_backoff_seconds}s"
  }

  dynamic "push_config" {
    for_each = each.value.function == null || var.context.frozen ? [] : [each.value.function]
    content {
      push_endpoint = "${var.targets[push_config.value]}/push/${each.key}"
      oidc_token {
        service_account_email = var.context.caller
        audience              = var.targets[push_config.value]
      }
    }
  }

  dynamic "dead_letter_policy" {
    for_each = each.value.dead_letter_topic == null ? [] : [each.value.max_delivery_attempts]
    content {
      dead_letter_topic     = var.dead_letters
      max_delivery_attempts = dead_letter_policy.value
    }
  }
}

# The agent acknowledges the messages that it moves.
resource "google_pubsub_subscription_iam_member" "agent" {
  for_each = local.moved

  project      = var.context.project
  subscription = google_pubsub_subscription.this[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = local.agent
}

# Messages that even the function for dead letters cannot take are held here for an operator (make replay).
resource "google_pubsub_subscription" "holding" {
  count = var.dead_letters == null ? 1 : 0

  name                       = "${var.name}-holding"
  project                    = var.context.project
  topic                      = google_pubsub_topic.this.id
  ack_deadline_seconds       = 60
  message_retention_duration = "604800s"
  retain_acked_messages      = false

  expiration_policy {
    ttl = ""
  }
}
