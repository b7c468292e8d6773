variable "name" {
  description = "The function's name in the manifest. The service's name has hyphens instead of underscores."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z_]{1,20}$", var.name))
    error_message = "Lower-case letters and underscores, at most 21: accounts are named after it."
  }
}

variable "function" {
  description = "The function's entry in functions/manifest.json."
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
  description = "The bucket and object of the function's archive. The object's name contains the hash, so a new archive causes a deployment."
  type        = object({ bucket = string, object = string })

  validation {
    condition     = can(regex("-[0-9a-f]{64}[.]zip$", var.archive.object))
    error_message = "The object's name must end in the SHA-256 of its content."
  }
}

variable "environment" {
  description = "Settings that are not secret, by name."
  type        = map(string)

  validation {
    condition     = alltrue([for name in keys(var.environment) : can(regex("^[A-Z][A-Z_]+$", name))])
    error_message = "Names of settings are upper-case letters and underscores."
  }
}

variable "secrets" {
  description = "Secret settings by name: the secret's id, and whether it is mounted as a file (and re-read) or set as an environment variable."
  type        = map(object({ secret = string, mounted = optional(bool, false) }))
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.secrets) : can(regex("^[A-Z][A-Z_]+$", name))])
    error_message = "Names of settings are upper-case letters and underscores."
  }
}

variable "buckets" {
  description = "The buckets for attachments and for frozen files. Storage roles name a folder in them."
  type        = object({ attachments = string, frozen = string })

  validation {
    condition     = alltrue([for name in values(var.buckets) : name != ""])
    error_message = "The names of two buckets."
  }
}

variable "connector" {
  description = "The connector for all outgoing calls, or null."
  type        = string
  default     = null

  validation {
    condition     = var.connector == null || can(regex("^projects/[^/]+/locations/[^/]+/connectors/[^/]+$", var.connector))
    error_message = "projects/P/locations/L/connectors/C, or null."
  }
}

variable "repository" {
  description = "The repository for the function's images."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,62}$", var.repository))
    error_message = "The id of a repository of Artifact Registry."
  }
}

variable "context" {
  description = "Project, its number, region, whether warm instances are kept, the petitions database in use, the maximum instances of any function, and whether a new revision gets all traffic."
  type        = object({ project = string, region = string, warm = optional(bool, true), number = string, petitions = string, max_instances = optional(number, 20), all_traffic = optional(bool, true) })

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]$", var.context.region)) && startswith(var.context.petitions, "petitions")
    error_message = "A region such as asia-southeast1, and a database of petitions."
  }
}
