"""Least privilege: what the functions use is what they are given, no more and no less."""
