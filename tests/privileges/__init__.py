"""Least privilege: the functions are granted exactly the rights that they use."""
