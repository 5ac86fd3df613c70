"""Calls to numbers outside the house: by which rules one may be made, and what is kept of those that were. It rings
nobody.
"""
