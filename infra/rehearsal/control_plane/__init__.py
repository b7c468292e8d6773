"""A fake of the Google Cloud APIs that create and change resources (Google's control plane).

Google's discovery documents give the form of requests and responses. Tables in JSON files and a few modules give the
behaviour:

* `discovery` reads the documents, `schemas` compares JSON with them
* `state` holds the resources
* `generic` creates, gets, lists, changes and deletes resources of any type
* `rules` are refusals that the documents do not describe
* the other modules are services with special behaviour
* `plane` combines them, and `server` serves the plane on a port

The package needs only the standard library and `google_crc32c`.
"""
