"""Informator: the citizens' bot of a municipal family-support centre."""
