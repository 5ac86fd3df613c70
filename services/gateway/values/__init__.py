"""What callers tell when they are asked for it: numbers, dates, names and the like, understood from words or keys and
checked. Pure; it asks nobody anything and knows no call.
"""
