"""Tests of the QR standards."""
