"""Least privilege: the functions have exactly the rights that they use."""
