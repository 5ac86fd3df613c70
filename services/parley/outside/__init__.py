"""What comes from outside the calls, such as from a CRM, on its way to the gateway that has them, and what goes out to
others about them.
"""
