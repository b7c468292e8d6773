"""The dress rehearsal of a deployment: a fake control plane of Google's, and the walk of the operator's verbs on it.

`control_plane` answers Google's interfaces on this machine by Google's own discovery documents, and refuses what Google
refuses; `deployed` is what was deployed to it, running here; `walk` runs the verbs of `infra.operate` on it. Nothing
else imports it but tests.
"""
