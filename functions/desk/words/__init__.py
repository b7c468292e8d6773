"""Names and labels on the pages of the desk.

Here are labels, the reasons why notices were not delivered, and the formats of figures.

Stands on: shell.
"""
