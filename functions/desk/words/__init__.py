"""How things are called on the pages.

Here are labels, reasons why a notice was not delivered, and the words of figures.

Stands on: shell.
"""
