"""Training and evaluation of the model that reads citizens' messages; `make understand` shows what it reads.

The texts were written by authors who saw neither the model nor the rules; `texts/held_out/` is never learned.
"""
