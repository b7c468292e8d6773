"""The cost of calls as Firestore bills it: `Cost` for one call, `Counters` for all of them, and their price.

Rooms that read or write take a `Cost`. Only `calls` and the admin port use the counters. This room imports no other.
"""
