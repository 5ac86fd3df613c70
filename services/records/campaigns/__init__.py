"""Campaigns: lists of people who are called one after the other, what came of each, and who is tried again. Which call
may be made, the gateway decides; nothing here rings anybody.
"""
