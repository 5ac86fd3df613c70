"""Whole calls over an edge and cells that are killed, drained, added and upgraded meanwhile, on one machine."""
