"""Parts of both emulators: their clock, conversions of time, the import of protobuf messages and the shutdown.

Everything here may be imported by both emulators. This room imports no other.
"""
