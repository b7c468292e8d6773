"""The vocabulary of the protocol: messages and errors.

Every room may import all of it. This room stands on `shared` only.
"""
