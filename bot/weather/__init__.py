"""Weather sources: one file each, behind one small interface that gives evidence or "unavailable"."""
