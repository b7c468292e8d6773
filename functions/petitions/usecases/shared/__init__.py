"""The parts that all use cases share.

These are: one transaction per event, outgoing messages, changes of a petition with a history line, sweeps (jobs that
handle all documents that are due), audit lines and clocks. Import any module.

Stands on: nothing.
"""
