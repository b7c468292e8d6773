"""Training and evaluation of routing, which finds the unit that handles a petition. Nothing here is deployed."""
