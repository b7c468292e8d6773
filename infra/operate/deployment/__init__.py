"""The deployment to Google Cloud: `make bootstrap`, `plan`, `deploy`, `destroy` and `logs`.

`deploy` contains the steps and `commands` their command line. `adopt` imports existing resources into Terraform's
state, including the leftovers of a killed run, which `existing` finds. `lock` removes the lock of a killed run.
`canary` divides the webhook's requests between two revisions, `ci_identity` makes the accounts of a pipeline, and
`cloud` is the project and its tools. The package depends on `infra.build` for the archives, on `preflight` and on the
shared modules of `infra.operate`. Only its command line and tests import it.
"""
