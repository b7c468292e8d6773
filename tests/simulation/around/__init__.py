"""Simulated Firestore, Pub/Sub, Cloud Storage, Zalo, portal and mail, with their faults."""
