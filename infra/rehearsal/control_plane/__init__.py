"""A fake of Google's control plane: requests and responses follow the discovery documents, behaviour a table of rules.

* `discovery` reads the documents, `schemas` compares JSON with them
* `state` holds the resources
* `generic` creates, gets, lists, changes and deletes resources of any type
* `rules` are Google's further refusals
* the other modules are services with behaviour of their own
* `plane` combines them, and `server` serves the plane on a port

The package needs only the standard library and `google_crc32c`.
"""
