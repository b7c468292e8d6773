"""The directory of units and wards, its versions, and the changes that administrators make to it.

A version applies from a given day on. Import `directory` for the directory itself.

Stands on: language, shared.
"""
