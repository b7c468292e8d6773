"""The content of documents: fields at a path, the total order of values, and the limits of the service.

The package imports only `wire`, and every later package may import all of it.
"""
