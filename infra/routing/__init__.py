"""Routing on files: predictions, training, evaluation. Nothing here is deployed."""
