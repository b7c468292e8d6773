"""Routing of files of petitions: predictions, training and evaluation. Nothing in this package is deployed."""
