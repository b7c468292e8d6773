variable "name" {
  description = "The topic's name."
  type        = string
}

variable "topic" {
  description = "Its row of functions/manifest.json."
  type        = object({ description = string, ordered = bool })
}

variable "subscriptions" {
  description = "Its subscriptions, rows of functions/manifest.json; one without a function is pulled by an operator's command."
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
  description = "The full name of the topic of dead letters; null for that topic itself."
  type        = string
  default     = null
}

variable "publishers" {
  description = "E-mail addresses of the accounts that publish to it, by function."
  type        = map(string)
  default     = {}
}

variable "targets" {
  description = "Addresses of functions by name."
  type        = map(string)
}

variable "context" {
  description = "Project, its number, region, the account under which Pub/Sub pushes, and whether it pushes at all."
  type        = object({ project = string, region = string, number = string, caller = string, frozen = optional(bool, false) })
}
