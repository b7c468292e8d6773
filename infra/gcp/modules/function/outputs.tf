output "uri" {
  description = "Its run.app address: what pushes and schedules call, and their tokens' audience."
  value       = google_cloudfunctions2_function.this.service_config[0].uri
}

output "service" {
  description = "The name of its Cloud Run service."
  value       = google_cloudfunctions2_function.this.name
}

output "account" {
  description = "The e-mail address of its service account."
  value       = google_service_account.this.email
}
