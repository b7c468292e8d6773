variable "project" {
  description = "The id of the Google Cloud project that holds everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "A project id: 6 to 30 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "region" {
  description = "The region of functions and data. Google has no region in Viet Nam: see data_location."
  type        = string
  default     = "asia-southeast1"

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]$", var.region))
    error_message = "A region such as asia-southeast1."
  }
}

# LAW 5.6: data of state agencies in a cloud are stored in Viet Nam only. No default, because the owner must decide.
variable "data_location" {
  description = "The owner's decision about data outside Viet Nam: \"accepted-outside-vietnam\" or \"synthetic-data-only\"."
  type        = string

  validation {
    condition     = contains(["accepted-outside-vietnam", "synthetic-data-only"], var.data_location)
    error_message = "Set data_location on purpose to accepted-outside-vietnam or synthetic-data-only; read infra/README.md, \"Where the data lie\"."
  }
}

variable "domain" {
  description = "The DNS domain under which webhook., desk., www. and phieu. point to the load balancer."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain))
    error_message = "A domain such as phananh.example.vn, without scheme and final dot."
  }
}

variable "archives" {
  description = "File names of the functions' archives in archives_folder, by function. Written by `make package`."
  type        = map(string)

  validation {
    condition     = alltrue([for file in values(var.archives) : can(regex("^[a-z_]+-[0-9a-f]{64}\\.zip$", file))])
    error_message = "Archives are named <function>-<SHA-256>.zip; run `make package`."
  }
}

variable "archives_folder" {
  description = "The folder of the archives on the deploying machine."
  type        = string
  default     = "../../.build/package"

  validation {
    condition     = var.archives_folder != ""
    error_message = "A folder."
  }
}

variable "settings" {
  description = "Values of the settings in functions/manifest.json, by name, except those that are secret or derived here."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.settings) : can(regex("^[A-Z][A-Z_]{2,60}$", name))])
    error_message = "Names of settings are upper-case letters and underscores, as in functions/manifest.json."
  }

  validation {
    condition     = length(setsubtract(keys(var.settings), local.given)) == 0
    error_message = "No settings to be given here: ${join(", ", setsubtract(keys(var.settings), local.given))}. They are misspelt, secret, or derived by Terraform."
  }

  validation {
    condition     = length(setsubtract(local.required, [for name, value in var.settings : name if value != ""])) == 0
    error_message = "Settings are missing: ${join(", ", setsubtract(local.required, [for name, value in var.settings : name if value != ""]))}."
  }
}

variable "officers_group" {
  description = "The Google group of the officers, who may pass Identity-Aware Proxy to the desk."
  type        = string

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+$", var.officers_group))
    error_message = "An e-mail address of a group."
  }
}

variable "operators_email" {
  description = "The e-mail address for alerts and for warnings of the budget."
  type        = string

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+$", var.operators_email))
    error_message = "An e-mail address."
  }
}

variable "wake_channels" {
  description = "Notification channels for critical alerts that wake people, made in the console (the Cloud app of a telephone, SMS, a webhook with a password)."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for channel in var.wake_channels : can(regex("^projects/[^/]+/notificationChannels/[0-9]+$", channel))])
    error_message = "projects/PROJECT/notificationChannels/NUMBER, as `gcloud beta monitoring channels list` prints them."
  }
}

variable "billing_account" {
  description = "The billing account of the budget. If empty, no budget is made (the operator may lack the right)."
  type        = string
  default     = ""

  validation {
    condition     = var.billing_account == "" || can(regex("^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$", var.billing_account))
    error_message = "A billing account such as 012345-6789AB-CDEF01, or empty."
  }
}

variable "budget" {
  description = "The monthly budget in whole units of budget_currency. The operators are notified at 50, 90 and 100 % of it."
  type        = number
  default     = 100

  validation {
    condition     = var.budget >= 1 && floor(var.budget) == var.budget
    error_message = "A whole number, at least 1."
  }
}

variable "budget_currency" {
  description = "The currency of the billing account, in which the budget must be: three letters."
  type        = string
  default     = "USD"

  validation {
    condition     = can(regex("^[A-Z]{3}$", var.budget_currency))
    error_message = "Three capital letters, such as USD or VND."
  }
}

variable "kms_key" {
  description = "A Cloud KMS key for buckets, databases and images. If empty, Google's own keys are used."
  type        = string
  default     = ""

  validation {
    condition     = var.kms_key == "" || can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key))
    error_message = "projects/P/locations/L/keyRings/R/cryptoKeys/K, or empty."
  }
}

variable "petitions_database" {
  description = "The petitions database that the functions use. After a restore it has another name than \"petitions\"."
  type        = string
  default     = "petitions"

  validation {
    condition     = can(regex("^petitions(-[a-z0-9-]{1,40}[a-z0-9])?$", var.petitions_database))
    error_message = "petitions, or petitions- and a name in lower case, such as petitions-restored."
  }
}

variable "frozen" {
  description = "Switch off pushes and schedules, as after a restore. Messages are kept until this is false again."
  type        = bool
  default     = false
}

variable "fixed_egress" {
  description = "Call the national portal from one fixed address, which its operator can allow."
  type        = bool
  default     = false
}

variable "max_instances" {
  description = "The maximum number of instances of any function. A new project may use 20 vCPU in a region. Lower this if it has less. Raise it with the quota run.googleapis.com/cpu_allocation."
  type        = number
  default     = 20

  validation {
    condition     = var.max_instances >= 1 && var.max_instances <= 1000 && floor(var.max_instances) == var.max_instances
    error_message = "A whole number from 1 to 1000."
  }
}

variable "warm" {
  description = "Keep the warm instances declared in the manifest. false saves their cost in a test project."
  type        = bool
  default     = true
}

variable "canary" {
  description = "The percentage of Zalo's events that a new revision of the webhook gets first. `make canary` changes it. With 0, a deployment gives it all events."
  type        = number
  default     = 0

  validation {
    condition     = var.canary >= 0 && var.canary <= 50 && floor(var.canary) == var.canary
    error_message = "A whole number from 0 to 50."
  }
}
