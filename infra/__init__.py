"""How the system is built, run and operated; nothing here is deployed.

`build` works on the sources, `local` runs the system on one laptop, `operate` holds the operator's commands, `gcp` is
the cloud in Terraform, `routing` trains and evaluates the router. They share the modules at the top: `manifest` (the
model of functions/manifest.json), `paths`, and `reference_data` (which loads what the package ships).
"""
