"""Evaluation of the public site's search in published results."""
