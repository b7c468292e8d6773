"""The deployment to Google Cloud: `make bootstrap`, `plan`, `deploy`, `destroy` and `logs`.

`deploy` has the steps, `commands` their command line, `adopt` imports into Terraform's state what outlived it,
`existing` what a killed run left, `lock` takes that run's lock away, `canary` divides the webhook's traffic,
`ci_identity` makes the accounts of a pipeline, `cloud` is the project and the tools that work on it. Stands on
`infra.build` for the archives, on `preflight` and on the shared modules of `infra.operate`; only its command line and
tests import it.
"""
