"""Parts of both emulators: their clock, conversions of time, the import of protobuf messages and the shutdown.

Both emulators may import everything here. The package imports no other package.
"""
