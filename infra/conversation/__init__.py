"""Training and evaluation of the model that understands citizens' messages. `make understand` prints its results.

The model finds the commands in a message, such as consenting, giving a phone number, or cancelling. The result is
called a reading. The texts were written by authors who knew neither the model nor the rules. `texts/held_out/` is never
used for training.
"""
