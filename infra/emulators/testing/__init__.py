"""Helpers for the tests of any project: the emulators as processes, the official clients, a receiver of pushes.

`FirestoreServer` and `PubsubServer` start an emulator on free ports, and it ends with the test process. The package
starts the emulators as processes and imports nothing of them.
"""
