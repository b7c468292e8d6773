"""Tests of the yearly scoring of units."""
