"""The tables of the store, and the statement that deletes messages which no subscription can receive any more."""

from __future__ import annotations

SCHEMA = """
CREATE TABLE IF NOT EXISTS topics(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS subscriptions(
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS messages(
    seq INTEGER PRIMARY KEY AUTOINCREMENT, topic INTEGER NOT NULL, publish_us INTEGER NOT NULL,
    stored_us INTEGER NOT NULL, keep_until_us INTEGER NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS messages_stored ON messages(stored_us);
CREATE TABLE IF NOT EXISTS deliveries(
    sub INTEGER NOT NULL, seq INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0,
    not_before REAL NOT NULL DEFAULT 0, acked INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(sub, seq)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS deliveries_seq ON deliveries(seq);
CREATE TABLE IF NOT EXISTS snapshots(
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, body BLOB NOT NULL,
    topic INTEGER NOT NULL DEFAULT 0, last_seq INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS snapshot_messages(
    snapshot INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(snapshot, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS origin(first_seq INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS activity(sub INTEGER PRIMARY KEY, used REAL NOT NULL);
CREATE TABLE IF NOT EXISTS service_time(real REAL NOT NULL, service REAL NOT NULL, speed REAL NOT NULL);
"""
TABLES = (
    "topics",
    "subscriptions",
    "messages",
    "deliveries",
    "snapshots",
    "snapshot_messages",
    "origin",
    "activity",
    "service_time",
)
CONTENT = ("messages", "deliveries", "snapshots", "snapshot_messages")
COLLECT = """
DELETE FROM messages WHERE {which} AND keep_until_us < ?
AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.seq = messages.seq)
AND NOT EXISTS (SELECT 1 FROM snapshots s WHERE s.topic = messages.topic AND s.last_seq < messages.seq)
AND NOT EXISTS (SELECT 1 FROM snapshot_messages s WHERE s.seq = messages.seq)
"""
