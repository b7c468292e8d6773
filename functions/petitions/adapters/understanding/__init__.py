"""The neural network that reads citizens' messages."""
