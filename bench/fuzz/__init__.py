"""Nonsense from outside, put into whatever reads it: no calls. Packets are in fuzz_rtp.py."""
