"""The systems around the functions, with their faults: Firestore, Pub/Sub, Cloud Storage, Zalo, portal, mail."""
