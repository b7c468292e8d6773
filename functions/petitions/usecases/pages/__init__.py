"""The citizen's page.

Here a page is opened, its copy is kept up to date, and what is sent from it is applied. Import any module.

Stands on: accusations, conversation, files, petition, shared.
"""
