"""Files that the system makes, by libraries that are slow to load: import the module when one is made.

Stands on: nothing.
"""
