"""The synchronisation with the national portal.

Here are push, pull, reconcile, repair. Import the module of the direction.

Stands on: accusations, contact, petition, shared.
"""
