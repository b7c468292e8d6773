output "uri" {
  description = "The function's run.app address, which pushes and schedules call and use as their tokens' audience."
  value       = google_cloudfunctions2_function.this.service_config[0].uri
}

output "service" {
  description = "The name of the function's Cloud Run service."
  value       = google_cloudfunctions2_function.this.name
}

output "account" {
  description = "The e-mail address of the function's service account."
  value       = google_service_account.this.email
}
