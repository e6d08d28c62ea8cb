"""Tests of Informator."""
