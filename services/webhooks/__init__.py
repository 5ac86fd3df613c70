"""Tells a company's own systems what happens, by signed webhooks; no call ever waits for it."""
