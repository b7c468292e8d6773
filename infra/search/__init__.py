"""Evaluation of the search over published results."""
