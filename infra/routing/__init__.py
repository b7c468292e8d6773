"""Routing of files of petitions: predictions, training, evaluation. Nothing here is deployed."""
