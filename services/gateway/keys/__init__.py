"""What keys, menus, typed numbers and opening hours do with a call: decided by the agent's file alone,
never by a language model, and without I/O."""
