"""The checklist of a running stack."""
