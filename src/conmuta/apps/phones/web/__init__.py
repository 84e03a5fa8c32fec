"""What phones and people who set one up open."""
