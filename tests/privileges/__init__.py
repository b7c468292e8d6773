"""A comparison of the rights that the functions use with the rights that the manifest grants them.

`recorder` notes the cloud resources that a function uses, `rights` reads the notes and the manifest, and `python -m
tests.privileges` prints the differences.
"""
