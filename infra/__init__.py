"""Build, run and operate the petition system. Nothing in this package is deployed.

`build` works on the sources, `local` runs the system on one laptop, `operate` holds the operator's commands,
`rehearsal` rehearses a deployment, `emulators` replace Firestore and Pub/Sub, and `gcp` is the cloud in Terraform.
`routing` and `conversation` train and evaluate the two models. The shared modules at the top are `manifest` (the model
of functions/manifest.json), `paths`, and `reference_data` (loads the data that the package ships).
"""
