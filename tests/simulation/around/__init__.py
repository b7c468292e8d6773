"""What the functions call in a world, each with its faults: Firestore, Pub/Sub, Cloud Storage, Zalo, portal, mail."""
