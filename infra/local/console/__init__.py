"""The web page of a running stack, and the HTTP API that the command line uses.

The runner serves the application of `api.build`, which calls the runner through the protocol `RunningStack`. The
package depends on `platform`, on `stack`, and on `simulators` for the common style sheet.
"""
