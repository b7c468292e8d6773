"""What becomes public.

Here are the projection of a petition, the published result, and the sealed view for the person who filed it. Import
any module.

Stands on: files, language, lifecycle, notices, petition, shared.
"""
