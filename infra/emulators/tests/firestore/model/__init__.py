"""An independent, simple model of Firestore, with which tests compare the emulator.

It also has random operations, histories of concurrent clients and sample values. It reaches the emulator through
`testing` and imports nothing of the emulator itself.
"""
