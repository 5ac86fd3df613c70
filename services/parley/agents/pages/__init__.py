"""The page on which customers meet an agent: what stands of it in agent.yaml, and whether that is right."""
