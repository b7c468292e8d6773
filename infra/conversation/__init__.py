"""Training and evaluation of the model that reads citizens' messages. `make understand` prints its readings.

The texts were written by authors with no knowledge of the model or the rules. `texts/held_out/` is never used for
training.
"""
