"""The promises that must hold when a run has come to rest. The name of a function is its promise."""
