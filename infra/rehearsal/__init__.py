"""The dress rehearsal of a deployment: a fake Google control plane, and the operator's verbs run against it.

`control_plane` answers Google's APIs on this machine from Google's own discovery documents and refuses the requests
that Google refuses. `deployed` runs the system that was deployed to it, on this machine. `walk` runs the verbs of
`infra.operate` against it. Only tests import this package.
"""
