"""The cost of calls as Firestore bills it: `Cost` for one call, `Counters` for all of them, and their price.

Packages that read or write add to a `Cost`. Only `calls` and the admin port use the counters. The package imports no
other one.
"""
