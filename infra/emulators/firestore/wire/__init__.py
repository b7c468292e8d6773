"""The vocabulary of the protocol: messages, resource names, field paths and errors.

Every room may import all of it. This room stands on `shared` only.
"""
