variable "name" {
  description = "The job's name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z-]{2,50}$", var.name))
    error_message = "Lower-case letters and hyphens."
  }
}

variable "schedule" {
  description = "The schedule's entry in functions/manifest.json."
  type = object({
    function                 = string
    cron                     = string
    description              = string
    attempt_deadline_seconds = number
    retry_count              = number
  })

  validation {
    condition     = length(split(" ", var.schedule.cron)) == 5 && var.schedule.attempt_deadline_seconds <= 1800
    error_message = "Five fields of cron; Cloud Scheduler waits for at most 1800 seconds."
  }
}

variable "target" {
  description = "The address of the function to call."
  type        = string

  validation {
    condition     = startswith(var.target, "https://")
    error_message = "The address of a function begins with https://."
  }
}

variable "context" {
  description = "Project, region, time zone, the account for Cloud Scheduler's calls, and whether schedules are paused."
  type        = object({ project = string, region = string, time_zone = string, caller = string, frozen = optional(bool, false) })

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]$", var.context.region))
    error_message = "A region such as asia-southeast1."
  }
}
