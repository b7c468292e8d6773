"""How things are called on the pages.

Here are labels, reasons why a notice was not delivered, and charts.

Stands on: shell.
"""
