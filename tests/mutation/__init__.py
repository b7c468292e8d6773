"""Mutation testing of a room: small faults are planted in its code, and its nearest tests must fail for all of them."""
