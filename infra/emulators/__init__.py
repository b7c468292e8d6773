"""Emulators of Firestore and Pub/Sub for local development and for the tests of any project.

They need third-party packages only (README.md lists them), so a copy of this folder is enough to run them. `python -m
infra.emulators.firestore` and `python -m infra.emulators.pubsub` start them. Tests start them through `testing`. Both
emulators use `shared` and do not import each other.
"""
