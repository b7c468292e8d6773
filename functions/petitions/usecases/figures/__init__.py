"""The jobs that add, count, check, rebuild and read the figures of the dashboards, and the lists behind the numbers.

Import the module of the job. `count_figures` is the slow recount from histories.

Stands on: shared.
"""
