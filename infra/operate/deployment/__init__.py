"""The deployment to Google Cloud: `make bootstrap`, `plan`, `deploy`, `destroy` and `logs`.

`deploy` has the steps, `commands` their command line, `adopt` imports into Terraform's state what outlived it,
`cloud` is the project and the tools that work on it. Stands on `infra.build` for the archives and on the shared
modules of `infra.operate`; only its command line and tests import it.
"""
