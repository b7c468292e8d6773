"""The page of a running stack and the HTTP interface that the command line uses.

The runner serves `api.build`; what the console needs of the runner is the protocol `RunningStack`, so nothing here
imports it. Stands on `platform` and `stack`, and on `simulators` for the common style sheet.
"""
