"""What services keep on the disk themselves, beside what is in Redis."""
