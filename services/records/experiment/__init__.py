"""How the two versions of an agent do that share its calls: what is counted, what may be chance, how it is shown."""
