terraform {
  required_version = ">= 1.9, < 2"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.50, < 8"
    }
  }

  # The bucket is made by `make bootstrap` and named by `-backend-config` (make plan, make deploy).
  backend "gcs" {
    prefix = "petitions"
  }
}

provider "google" {
  project               = var.project
  region                = var.region
  billing_project       = var.project
  user_project_override = true

  # Labels that separate the costs of several systems on one billing account.
  default_labels = { system = "petitions", domain = replace(var.domain, ".", "-") }
}
