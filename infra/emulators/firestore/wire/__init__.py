"""The protocol of Firestore: messages, resource names, field paths and errors.

Every package may import all of it. It imports only `shared`.
"""
