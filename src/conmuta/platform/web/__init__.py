"""What every page and every answer has in common."""
