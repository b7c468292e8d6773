"""The network that reads citizens' messages, the router of petitions, and the words by which searches compare texts."""
