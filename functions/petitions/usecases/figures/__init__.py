"""The jobs that fold, count, check, rebuild and read the dashboards' figures, and the list behind each.

Import the module of the job. `read_public_figures` gives what everyone may see, `count_figures` the slow recount from
histories.

Stands on: shared.
"""
