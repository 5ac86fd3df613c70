"""What several benchmarks measure with: sounds, load, desks, reports; no benchmark."""
