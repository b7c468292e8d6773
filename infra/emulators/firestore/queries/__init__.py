"""Queries: parsing, execution on the indexes, aggregations, and the check for declared indexes.

Later packages use `query.parse`, `execution.run`, `aggregation` and `required_index.check_index`. The package imports
only `wire`, `documents`, `indexes` and `storage`.
"""
