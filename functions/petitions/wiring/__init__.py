"""Builds the use cases of every function over real adapters, on first use. `base` builds the parts they share."""
