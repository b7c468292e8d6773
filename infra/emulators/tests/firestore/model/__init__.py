"""A simple model of Firestore, independent of the emulator, with which tests compare the emulator.

It includes random operations, histories of concurrent clients and sample values. It reaches the emulator through
`testing` and imports nothing of the emulator itself.
"""
