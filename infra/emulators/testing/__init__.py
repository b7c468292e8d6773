"""Helpers for the tests of any project: the emulators as processes, the official clients, a receiver of pushes.

`FirestoreServer` and `PubsubServer` start an emulator on free ports and end it with the test process. This room starts
the emulators as processes and imports nothing of them.
"""
