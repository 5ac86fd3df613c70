"""Tells a company's own systems what happens, by signed webhooks, and sends texts (SMS); no call ever waits for it."""
