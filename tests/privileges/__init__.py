"""A comparison of the rights that the functions use with the rights that the manifest grants them.

`recorder` notes the cloud resources that a function uses, and `rights` reads these notes and the manifest. Run `python
-m tests.privileges` to print the differences.
"""
