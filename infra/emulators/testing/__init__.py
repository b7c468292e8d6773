"""Helpers for the tests of any project: the emulators as processes, the official clients, a receiver of pushes."""
