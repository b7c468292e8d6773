variable "name" {
  description = "The function's name in the manifest; the service's name has hyphens for its underscores."
  type        = string
}

variable "function" {
  description = "Its row of functions/manifest.json."
  type = object({
    description     = string
    public          = bool
    settings        = list(string)
    publishes       = list(string)
    roles           = list(string)
    memory_mib      = number
    cpu             = number
    concurrency     = number
    min_instances   = number
    max_instances   = number
    timeout_seconds = number
  })

  validation {
    condition     = alltrue([for role in var.function.roles : can(regex("^(datastore|storage|secretmanager)\\.[A-Za-z]+:[a-z_A-Z]+$", role))])
    error_message = "A role is <service>.<role>:<database, folder of attachments or secret>; no role is given on a whole project."
  }
}

variable "archive" {
  description = "Where its archive lies; the object's name carries the hash, so that a new archive is a new deployment."
  type        = object({ bucket = string, object = string })
}

variable "environment" {
  description = "Settings that are no secret, by name."
  type        = map(string)
}

variable "secrets" {
  description = "Secret settings by name: the secret's id, and whether it is mounted as a file (re-read) or an environment variable."
  type        = map(object({ secret = string, mounted = optional(bool, false) }))
  default     = {}
}

variable "attachments" {
  description = "The bucket of attachments; storage roles name the folder of it that they hold for."
  type        = string
}

variable "context" {
  description = "Project, its number, region, whether warm instances are kept, and the database of petitions in use."
  type        = object({ project = string, region = string, warm = optional(bool, true), number = string, petitions = string })
}
