"""The national portal kept in step.

Here are push, pull, reconcile, repair. Import the module of the direction.

Stands on: petition, shared.
"""
