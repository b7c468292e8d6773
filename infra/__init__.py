"""Build, run and operate the system. Nothing in this package is deployed.

`build` works on the sources, `local` runs the system on one laptop, `operate` holds the operator's commands, `gcp` is
the cloud in Terraform, and `routing` trains and evaluates the router. The modules at the top are shared: `manifest`
(the model of functions/manifest.json), `paths`, and `reference_data` (loads the data that the package ships).
"""
