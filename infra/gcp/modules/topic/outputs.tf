output "id" {
  description = "The topic's full name."
  value       = google_pubsub_topic.this.id
}
