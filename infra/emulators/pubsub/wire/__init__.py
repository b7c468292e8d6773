"""The protocol of Pub/Sub: messages and errors.

Every package may import all of it. It imports only `shared`.
"""
