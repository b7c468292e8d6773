"""Emulators of Firestore and Pub/Sub."""
