"""The parts that all use cases share.

Here are one transaction per event, outgoing messages, a change of a petition with its history line, sweeps, audit lines
and clocks. Import any module.

Stands on: nothing.
"""
