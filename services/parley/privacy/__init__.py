"""What tells who somebody is, masked in what is kept and logged; the conversation itself never passes here."""
