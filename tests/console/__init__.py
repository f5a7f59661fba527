"""What people see of Ringback in a browser."""
