"""The documents of the project as files, such as reports in PDF and XLSX.

The libraries are slow to load, so import a module only when its file is to be created.

Stands on: nothing.
"""
