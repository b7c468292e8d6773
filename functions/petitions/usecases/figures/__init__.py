"""The jobs that fold, count, check, rebuild and read the dashboards' figures, and the list behind each.

Import the module of the job. `count_figures` is the slow recount from histories.

Stands on: shared.
"""
