"""Words that tell of misconduct in what a filer sends later, kept from the unit that handles the petition.

Import `keep_apart` wherever a later text is stored.

Stands on: petition, shared.
"""
