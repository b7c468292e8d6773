"""The statistics of the dashboards (numbers of petitions and events by unit, day, ward and so on) and their upkeep.

Jobs add history lines to the stored statistics, check and rebuild them. Other modules read the statistics and the lists
of petitions behind a number. Import the module of the job. `count_figures` is the slow full count from histories.

Stands on: shared.
"""
