"""Who is told what happens, and messages that were not taken; the service `webhooks` sends them."""
