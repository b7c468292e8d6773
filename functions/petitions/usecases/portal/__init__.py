"""The synchronisation of petitions with the national petition portal: push, pull, nightly comparison, repair.

Import the module of the direction.

Stands on: accusations, contact, petition, shared.
"""
