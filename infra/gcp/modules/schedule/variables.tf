variable "name" {
  description = "The job's name."
  type        = string
}

variable "schedule" {
  description = "Its row of functions/manifest.json."
  type = object({
    function                 = string
    cron                     = string
    description              = string
    attempt_deadline_seconds = number
    retry_count              = number
  })
}

variable "target" {
  description = "The address of its function."
  type        = string
}

variable "context" {
  description = "Project, region, time zone, the account under which Cloud Scheduler calls, and whether it calls at all."
  type        = object({ project = string, region = string, time_zone = string, caller = string, frozen = optional(bool, false) })
}
