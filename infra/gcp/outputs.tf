output "load_balancer_address" {
  description = "The address for the DNS records of webhook., desk., www. and phieu. (type A)."
  value       = google_compute_global_address.site.address
}

output "webhook_url" {
  description = "To enter in Zalo's console: the app's page \"Webhook\", field \"Webhook URL\"."
  value       = "https://${local.hosts.zalo_webhook}/"
}

output "callback_url" {
  description = "To enter in Zalo's console: \"Official Account > Thiết lập chung > Official Account Callback Url\"."
  value       = "https://${local.hosts.desk}/zalo/callback"
}

output "desk_url" {
  description = "The address of the desk, for officers."
  value       = "https://${local.hosts.desk}"
}

output "public_url" {
  description = "The address of the public site, where anyone can look up a petition."
  value       = "https://${local.hosts.public_site}"
}

output "citizen_url" {
  description = "The address of the citizens' own pages, which they open by a link from the chat."
  value       = "https://${local.hosts.citizen_page}"
}

output "egress_address" {
  description = "The source address of calls to the national portal, for its operator. Empty without fixed_egress."
  value       = join("", [for item in google_compute_address.egress : item.address])
}

output "secrets" {
  description = "The secrets that must have a version before functions can start."
  value       = sort([for secret in google_secret_manager_secret.this : secret.secret_id])
}

output "functions" {
  description = "Addresses of the functions by name, for operators' commands."
  value       = { for name, function in module.function : name => function.uri }
}

output "zalo_app_id" {
  description = "The Zalo app's id, for the probe of a deployment."
  value       = try(var.settings.ZALO_APP_ID, "")
}

output "zalo_oa_id" {
  description = "The Official Account's id, for the probe of a deployment."
  value       = try(var.settings.ZALO_OA_ID, "")
}
