"""Queries: parsing them, running them on the indexes, aggregations, and the check for declared indexes.

The rooms above use `query.parse`, `execution.run`, `aggregation` and `required_index.check_index`. This room stands on
`wire`, `documents`, `indexes` and `storage`.
"""
