"""Vietnamese names and labels on the pages of the desk.

Among them are labels, formats of numbers, and the reasons why a notice was not delivered.

Stands on: shell.
"""
