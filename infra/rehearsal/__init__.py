"""A rehearsal of a deployment: the operator's commands run against a fake of Google's control plane on this machine.

`control_plane` is the fake. It answers the requests of Google's APIs as Google's discovery documents describe them, and
refuses the requests that Google refuses. `deployed` runs the system that was deployed to the fake. `walk` runs the
commands of `infra.operate` one after the other. Only tests import this package.
"""
