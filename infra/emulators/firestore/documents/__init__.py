"""The content of documents: fields at a path, the total order of values, and the limits of the service.

Every room above may import all of it. This room stands on `wire`.
"""
