"""The page of a running stack and the HTTP API that the command line uses.

The runner serves `api.build`. The console uses it through the protocol `RunningStack` and does not import it. The
package depends on `platform`, on `stack`, and on `simulators` for the common style sheet.
"""
