"""Emulators of Firestore and Pub/Sub that stand alone: copy this folder to use them in any project (README.md)."""
