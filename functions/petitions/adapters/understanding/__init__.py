"""The network that reads messages."""
