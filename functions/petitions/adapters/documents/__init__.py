"""Files that the system creates, such as PDF and XLSX.

The libraries are slow to load, so import a module only when its file is to be created.

Stands on: nothing.
"""
