"""Chats as a person sees them who may take the place of the agent."""
