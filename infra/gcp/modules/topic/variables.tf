variable "name" {
  description = "The topic's name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z-]{2,50}$", var.name))
    error_message = "Lower-case letters and hyphens."
  }
}

variable "topic" {
  description = "The topic's entry in functions/manifest.json."
  type        = object({ description = string, ordered = bool })

  validation {
    condition     = var.topic.description != ""
    error_message = "A topic needs a description."
  }
}

variable "subscriptions" {
  description = "The topic's subscriptions, entries of functions/manifest.json. An operator's command pulls from one without a function."
  type = map(object({
    topic                   = string
    function                = string
    ack_deadline_seconds    = number
    minimum_backoff_seconds = number
    maximum_backoff_seconds = number
    max_delivery_attempts   = number
    dead_letter_topic       = string
    ordered                 = bool
    retention_seconds       = number
  }))

  validation {
    condition     = alltrue([for sub in values(var.subscriptions) : (sub.dead_letter_topic == null) == (sub.max_delivery_attempts == null)])
    error_message = "dead_letter_topic and max_delivery_attempts go together."
  }
}

variable "dead_letters" {
  description = "The full name of the topic of dead letters, or null for that topic itself."
  type        = string
  default     = null

  validation {
    condition     = var.dead_letters == null || can(regex("^projects/[^/]+/topics/[^/]+$", var.dead_letters))
    error_message = "projects/P/topics/T, or null."
  }
}

variable "publishers" {
  description = "E-mail addresses of the accounts that publish to the topic, by function."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for email in values(var.publishers) : strcontains(email, "@")])
    error_message = "E-mail addresses of accounts."
  }
}

variable "targets" {
  description = "Addresses of functions by name."
  type        = map(string)

  validation {
    condition     = alltrue([for uri in values(var.targets) : startswith(uri, "https://")])
    error_message = "Addresses of functions begin with https://."
  }
}

variable "context" {
  description = "Project, its number, region, the account for Pub/Sub's pushes, and whether pushes are off."
  type        = object({ project = string, region = string, number = string, caller = string, frozen = optional(bool, false) })

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]$", var.context.region))
    error_message = "A region such as asia-southeast1."
  }
}
