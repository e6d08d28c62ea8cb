"""Knowledge from YAML files: strict parsing, validation in words an editor understands, the trained reader, reload."""
