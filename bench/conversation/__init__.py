"""How long answers take, one call at a time and many: real calls to a running stack."""
