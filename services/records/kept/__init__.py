"""What the records' database keeps of calls beside their events: topics, and corrections. Blocking, as the store is."""
